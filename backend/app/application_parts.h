#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/admin/key_portions.h"
#include "backend/admin/token_list.h"
#include "backend/app/about.h"
#include "backend/app/admin_secret.h"
#include "backend/app/application.h"
#include "backend/app/background_thread.h"
#include "backend/app/client_tls.h"
#include "backend/app/key_counts.h"
#include "backend/app/key_health.h"
#include "backend/app/login_audit.h"
#include "backend/app/sign_in.h"
#include "backend/app/worker.h"
#include "backend/config/alias_book.h"
#include "backend/config/run_settings.h"
#include "backend/http/pistache_listener.h"
#include "backend/storage/open_stores.h"
#include "backend/upstream/base_url.h"
#include "backend/usage/key_hours.h"

// What the application is made of; for its own files alone.
namespace geminate::app {

/// Everything, in the order in which it depends on each other.
struct Application::Parts {
  Parts(config::Config the_config, std::unique_ptr<config::RunSettings> run_settings, storage::Stores opened,
        AdminSecret admin, upstream::BaseUrl base, std::shared_ptr<const upstream::EgressRoutes> routes,
        std::unique_ptr<upstream::TlsContext> tls_context);

  void log_start(const std::vector<std::string>& warnings);
  void bind_gauges();
  void unbind_gauges();
  void save_findings();
  void save_ledgers();
  void prune_audit();
  void tell_keys();
  void tell_tokens();
  /// Hands a check of a key to the workers in turn; once they are there.
  void send_check(std::int64_t key_id, std::string request_id, proxy::KeyChecks::Done done);
  void note_usage(const Error* error);
  /// Makes a change of settings hold everywhere before it returns. Management thread.
  void take_over(const config::Config& changed, const std::vector<config::SettingMove>& moves);
  [[nodiscard]] ServerParts server_parts();
  [[nodiscard]] WorkerParts worker_parts();
  void register_management(const http::AddManagementRoute& add_route);

  /// As it was at the start.
  config::Config config;
  AdminSecret admin_secret;
  storage::Stores stores;
  std::unique_ptr<config::RunSettings> settings;
  config::AliasBook alias_book;
  const Timestamp started_at = now().wall;
  StorageState storage_state;
  observe::Log log;
  LoginAudit login_audit;
  /// Management thread, once it runs.
  std::chrono::days audit_retention;
  observe::Metrics metrics;
  usage::Recorder recorder;
  keys::KeyPool pool;
  /// As the store has them; published anew with each edit.
  keys::Published<usage::PriceTable> prices{
      std::make_shared<const usage::PriceTable>(std::vector<usage::ModelPrice>{})};
  keys::ResourceOwners resource_owners{stores.resource_owners.get()};
  proxy::UploadTickets uploads{stores.upload_key};
  /// As the book has them.
  keys::Published<config::AliasTable> aliases{std::make_shared<const config::AliasTable>()};
  auth::Authenticator authenticator;
  SignIn sign_in;
  std::unique_ptr<upstream::TlsContext> tls;
  upstream::Resolver resolver;
  upstream::AddressGate gate;
  proxy::UpstreamSettings upstream_settings;
  proxy::EgressBreakers breakers;
  observe::LiveFeed live;
  KeyCounts key_counts;
  // These: the management thread's.
  admin::KeyPortions key_portions;
  KeysMoved told_keys;
  admin::TokenListing token_list;
  std::string told_tokens;
  /// The usage reader's.
  usage::KeyHours key_hours;
  KeyHealth health;
  proxy::SignatureMemory signatures;
  PipelineServices services;
  std::atomic<bool> stopping{false};
  /// The listener owns them; complete before its loops run, and not asked any more when it stops.
  std::vector<Worker*> workers;
  std::atomic<std::size_t> next_check{0};
  /// Tasks use what stands above it, workers post to it.
  BackgroundThread background;
  /// Questions about usage may take long; edits must not wait for them.
  BackgroundThread usage_reader;
  http::PistacheListener listener;
  ClientTls client_tls;
};

}  // namespace geminate::app
