#include "backend/app/application.h"

#include <algorithm>
#include <atomic>
#include <random>

#include "backend/admin/aliases_api.h"
#include "backend/admin/health_api.h"
#include "backend/admin/key_columns_api.h"
#include "backend/admin/key_glance_api.h"
#include "backend/admin/keys_api.h"
#include "backend/admin/quotas_api.h"
#include "backend/admin/settings_api.h"
#include "backend/admin/system_api.h"
#include "backend/admin/tokens_api.h"
#include "backend/admin/usage_api.h"
#include "backend/app/about.h"
#include "backend/app/admin_secret.h"
#include "backend/app/background_thread.h"
#include "backend/app/config_options.h"
#include "backend/app/credentials.h"
#include "backend/app/key_counts.h"
#include "backend/app/key_health.h"
#include "backend/app/worker.h"
#include "backend/config/alias_book.h"
#include "backend/http/pistache_listener.h"
#include "backend/storage/open_stores.h"
#include "backend/upstream/base_url.h"
#include "backend/usage/key_hours.h"
#include "shared/codec/openapi.h"

namespace geminate::app {
namespace {

using std::chrono::seconds;

/// What a crash may cost of counters; edits are never in it.
constexpr seconds kSaveEvery{5};
/// And of quotas: what the minute has seen.
constexpr seconds kSaveLedgersEvery{1};
constexpr seconds kDrainFor{10};
/// How long a change of a key may take to those who look on.
constexpr seconds kTellKeysEvery{1};
/// How old the count of keys by state may be while nothing but time changes them and nobody looks.
constexpr seconds kCountKeysEvery{10};

}  // namespace

/// Everything, in the order in which it depends on each other.
struct Application::Parts {
  Parts(config::Config the_config, std::unique_ptr<config::RunSettings> run_settings, storage::Stores opened,
        AdminSecret admin, upstream::BaseUrl base, std::unique_ptr<upstream::TlsContext> tls_context);

  void log_start(const std::vector<std::string>& warnings);
  void bind_gauges();
  void unbind_gauges();
  void save_findings();
  void save_ledgers();
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
  proxy::EgressBreaker breaker{std::random_device{}()};
  auth::Authenticator authenticator;
  auth::AdminSessions sessions;
  std::unique_ptr<upstream::TlsContext> tls;
  upstream::Resolver resolver;
  proxy::UpstreamSettings upstream_settings;
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
};

Application::Parts::Parts(config::Config the_config, std::unique_ptr<config::RunSettings> run_settings,
                          storage::Stores opened, AdminSecret admin, upstream::BaseUrl base,
                          std::unique_ptr<upstream::TlsContext> tls_context)
    : config(std::move(the_config)),
      admin_secret(std::move(admin)),
      stores(std::move(opened)),
      settings(std::move(run_settings)),
      alias_book(*stores.settings),
      log(log_options(config)),
      metrics(worker_count(config)),
      recorder(*stores.usage, recorder_options(config), [this](const Error* error) { note_usage(error); }),
      pool(*stores.keys, stores.ledgers.get()),
      authenticator(*stores.tokens, config.client_tokens, stores.token_hash_key),
      sessions(admin_secret.secret),
      tls(std::move(tls_context)),
      upstream_settings{upstream::GeminiProtocol(std::move(base)), {}, {}, {}},
      key_portions(pool),
      token_list(authenticator, pool.mode()),
      key_hours(*stores.usage, recorder.writer()),
      health(
          pool, live, metrics, log, health_options(config), stores.key_events.get(),
          [this](std::int64_t key_id, std::string request_id, proxy::KeyChecks::Done done) {
            send_check(key_id, std::move(request_id), std::move(done));
          },
          [this](std::function<void()> task) { background.post(std::move(task)); }),
      services{authenticator,
               sessions,
               config.cors_origins,
               [this] { return metrics.render(); },
               codec::openapi_json(GEMINATE_VERSION, kSessionCookie),
               live,
               signatures,
               aliases},
      listener(listener_options(config)) {
  put_into(upstream_settings, config);
  alias_book.on_change([this](auto table) { aliases.publish(std::move(table)); });
  settings->on_change([this](const auto& changed, const auto& moves) { take_over(changed, moves); });
}

Result<std::unique_ptr<Application>> Application::create(config::ConfigReport report) {
  config::Config& config = report.config;
  GEMINATE_TRY(auto base, upstream::parse_base_url(config.gemini_base_url));
  std::unique_ptr<upstream::TlsContext> tls;
  if (base.target.tls) {
    GEMINATE_TRY(tls, upstream::TlsContext::create({}));
  }
  GEMINATE_TRY(auto stores, storage::open_stores(config));
  auto settings = std::make_unique<config::RunSettings>(config, std::move(report.sources), *stores.settings);
  GEMINATE_TRY(const auto notes, settings->load());
  stores.notes.insert(stores.notes.end(), notes.begin(), notes.end());
  settings->put_into(config);
  GEMINATE_TRY(auto admin, app::admin_secret(config.admin_api_key, config.data_dir));
  for (const auto& token : config.client_tokens) {
    if (token.reveal() != admin.secret.reveal()) continue;
    return Error{ErrorCode::Conflict, "the admin secret must not be one of the client tokens", {}, {}, {}};
  }
  auto parts = std::make_unique<Parts>(std::move(config), std::move(settings), std::move(stores),
                                       std::move(admin), std::move(base), std::move(tls));
  GEMINATE_CHECK_OK(parts->pool.load());
  GEMINATE_CHECK_OK(parts->authenticator.load());
  GEMINATE_CHECK_OK(parts->resource_owners.load(now().wall));
  GEMINATE_CHECK_OK(parts->recorder.start());
  GEMINATE_CHECK_OK(parts->health.load());
  GEMINATE_TRY(const auto prices, parts->stores.usage->prices());
  parts->prices.publish(std::make_shared<const usage::PriceTable>(prices));
  GEMINATE_TRY(const auto alias_notes, parts->alias_book.load());
  parts->stores.notes.insert(parts->stores.notes.end(), alias_notes.begin(), alias_notes.end());
  parts->aliases.publish(parts->alias_book.table());
  parts->log_start(report.warnings);
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

void Application::Parts::log_start(const std::vector<std::string>& warnings) {
  for (const auto& key : config.gemini_api_keys) log.register_secret(key);
  for (const auto& token : config.client_tokens) log.register_secret(token);
  log.register_secret(admin_secret.secret);
  for (const auto& warning : warnings) log.error("configuration", {{"problem", warning}});
  for (const auto& note : stores.notes) log.warning("storage", {{"note", note}});
  if (admin_secret.file) {
    log.info("admin_secret", {{"note", "ADMIN_API_KEY is not set; the admin's secret is in this file"},
                              {"file", admin_secret.file->string()}});
  }
  key_portions.refresh(now());
  key_counts.take(key_portions.changes());
  log.info("keys_loaded", {{"mode", name_of(pool.mode())}, {"keys", key_portions.changes().rows().size()}});
}

void Application::Parts::bind_gauges() {
  const auto bind = [this](observe::Gauge gauge, auto value) {
    metrics.bind(gauge, [value = std::move(value)] {
      return std::vector<observe::GaugeSample>{{"", static_cast<double>(value())}};
    });
  };
  metrics.bind(observe::Gauge::keys, [this] { return key_counts.samples(); });
  metrics.bind(observe::Gauge::upstream_connections, [this] {
    observe::GaugeSample idle{"idle", 0};
    observe::GaugeSample busy{"busy", 0};
    for (const Worker* worker : workers) {
      idle.value += static_cast<double>(worker->connections().idle_connections());
      busy.value += static_cast<double>(worker->connections().busy_connections());
    }
    return std::vector<observe::GaugeSample>{idle, busy};
  });
  bind(observe::Gauge::requests_in_flight, [this] {
    std::size_t sum = 0;
    for (const Worker* worker : workers) sum += worker->requests_in_flight();
    return sum;
  });
  bind(observe::Gauge::requests_waiting, [this] {
    std::size_t sum = 0;
    for (const Worker* worker : workers) sum += worker->requests_waiting();
    return sum;
  });
  bind(observe::Gauge::egress_open, [this] { return breaker.is_open() ? 1 : 0; });
  bind(observe::Gauge::client_connections, [this] { return listener.stats().connections; });
  bind(observe::Gauge::body_budget_used, [this] { return listener.stats().body_bytes; });
  bind(observe::Gauge::usage_records_dropped, [this] { return recorder.dropped(); });
  bind(observe::Gauge::log_lines_dropped, [this] { return log.dropped_lines(); });
  bind(observe::Gauge::live_listeners, [this] { return live.listeners(); });
  bind(observe::Gauge::key_events_dropped, [this] { return health.dropped_events(); });
}

void Application::Parts::unbind_gauges() {
  for (int gauge = 0; gauge < static_cast<int>(observe::Gauge::Count); ++gauge) {
    metrics.bind(static_cast<observe::Gauge>(gauge), {});
  }
}

void Application::Parts::save_ledgers() {
  const auto saved = pool.flush_ledgers(now());
  storage_state.note("quotas", saved);
  if (!saved.ok()) log.error("quotas_not_saved", {{"problem", saved.error().message}});
  const auto owners_saved = resource_owners.save(now().wall);
  storage_state.note("resource_owners", owners_saved);
  if (!owners_saved.ok()) log.error("resource_owners_not_saved", {{"problem", owners_saved.error().message}});
}

void Application::Parts::tell_keys() {
  const Now moment = now();
  const bool has_listeners = live.has_listeners();
  if (!has_listeners && !key_portions.is_due(kCountKeysEvery, moment)) return;
  key_portions.refresh(moment);
  key_counts.take(key_portions.changes());
  if (!has_listeners) return;
  KeysMoved moved{key_portions.version(admin::KeyPart::Facts),
                  key_portions.version(admin::KeyPart::Activity)};
  if (moved.facts == told_keys.facts && moved.activity == told_keys.activity) return;
  live.publish("keys", codec::to_json(moved));
  told_keys = std::move(moved);
}

void Application::Parts::tell_tokens() {
  if (!live.has_listeners()) return;
  TokensMoved moved{token_list.list(now()).version};
  if (moved.version == told_tokens) return;
  live.publish("tokens", codec::to_json(moved));
  told_tokens = std::move(moved.version);
}

void Application::Parts::save_findings() {
  // In memory mode the pool itself lives as long as its store would keep them.
  const bool has_store = pool.mode() == KeyStorageMode::Database;
  const auto keys_saved = has_store ? pool.flush_findings() : Status::success();
  const auto tokens_saved = authenticator.flush_findings();
  storage_state.note("keys", keys_saved);
  storage_state.note("tokens", tokens_saved);
  for (const auto& saved : {keys_saved, tokens_saved}) {
    if (!saved.ok()) log.error("counters_not_saved", {{"problem", saved.error().message}});
  }
}

void Application::Parts::send_check(std::int64_t key_id, std::string request_id,
                                    proxy::KeyChecks::Done done) {
  const auto turn = next_check.fetch_add(1, std::memory_order_relaxed);
  workers[turn % workers.size()]->check_key(key_id, std::move(request_id), std::move(done));
}

void Application::Parts::note_usage(const Error* error) {
  storage_state.note("usage", error == nullptr ? Status::success() : Status(*error));
  if (error == nullptr) return log.info("usage_saved_again", {});
  log.error("usage_not_saved", {{"problem", error->message}, {"detail", error->detail}});
}

void Application::Parts::take_over(const config::Config& changed,
                                   const std::vector<config::SettingMove>& moves) {
  log.set_level(log_options(changed).level);
  const http::ListenerOptions limits = listener_options(changed);
  listener.set_limits(limits.framing, limits.body_budget_bytes);
  listener.on_every_loop([&](unsigned worker) { workers[worker]->take_over(changed); });
  health.set_options(health_options(changed));
  recorder.set_retention(recorder_options(changed).retention);
  for (const auto& move : moves)
    log.info("setting_changed", {{"setting", move.name}, {"from", move.from}, {"to", move.to}});
}

ServerParts Application::Parts::server_parts() {
  return {config, stores, storage_state, pool,   key_portions.changes(), authenticator, recorder, breaker,
          live,   log,    listener,      workers};
}

WorkerParts Application::Parts::worker_parts() {
  return {services,
          upstream_settings,
          resolver,
          tls.get(),
          pool,
          breaker,
          metrics,
          log,
          recorder,
          prices,
          resource_owners,
          uploads,
          [this](const http::AddManagementRoute& add_route) { register_management(add_route); }};
}

void Application::Parts::register_management(const http::AddManagementRoute& add_route) {
  const admin::RunInBackground run = [this](std::function<void()> task) { background.post(std::move(task)); };
  admin::SystemFacts facts;
  facts.mode = pool.mode();
  facts.version = GEMINATE_VERSION;
  facts.session_cookie_name = kSessionCookie;
  facts.is_admin = [this](const http::HttpRequest& request) {
    return services.check_admin(request, {}).ok();
  };
  facts.session_of = [](const http::HttpRequest& request) { return session_cookie(request); };
  const auto not_ready = [this] { return stopping.load() ? std::string("stopping") : std::string(); };
  facts.not_ready = not_ready;
  facts.login_refused = [this] { metrics.background().login_failures(observe::Surface::Admin); };
  admin::register_system_api(add_route, sessions, std::move(facts));
  admin::register_keys_api(add_route, pool, health.edit_hooks(), run);
  admin::register_key_columns_api(add_route, key_portions, run);
  admin::register_quotas_api(add_route, pool, run);
  const auto about = [this, not_ready] {
    key_portions.refresh_if_due(now());
    return about_server(server_parts(), started_at, not_ready());
  };
  admin::register_settings_api(add_route, *settings, about, run);
  admin::register_aliases_api(add_route, alias_book, run);
  admin::register_health_api(add_route, health.api_facts(), run);
  admin::register_tokens_api(add_route, authenticator, token_list, run);
  const admin::RunInBackground read_usage = [this](std::function<void()> task) {
    usage_reader.post(std::move(task));
  };
  admin::register_usage_api(add_route, *stores.usage, recorder, prices, read_usage);
  admin::register_key_glance_api(
      add_route, {pool, key_hours, recorder, [this](std::int64_t id) { return health.last_fault(id); }},
      read_usage, run);
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() { stop(); }

Status Application::start() {
  parts_->background.every(kSaveEvery, [parts = parts_.get()] { parts->save_findings(); });
  parts_->background.every(kSaveLedgersEvery, [parts = parts_.get()] { parts->save_ledgers(); });
  parts_->background.every(kTellKeysEvery, [parts = parts_.get()] {
    parts->tell_keys();
    parts->tell_tokens();
  });
  parts_->background.every(KeyHealth::kTick, [parts = parts_.get()] { parts->health.tick(now()); });
  const auto worker_parts = std::make_shared<const WorkerParts>(parts_->worker_parts());
  auto started = parts_->listener.start([this, worker_parts](reactor::EventLoop& loop) {
    auto worker = std::make_unique<Worker>(loop, *worker_parts);
    parts_->workers.push_back(worker.get());
    return worker;
  });
  if (!started.ok()) return std::move(started).error();
  parts_->health.begin_rechecks();
  parts_->bind_gauges();
  parts_->log.info("listening", {{"url", url()}, {"version", GEMINATE_VERSION}});
  parts_->log.flush();
  return Status::success();
}

std::string Application::url() const {
  auto host = parts_->config.host;
  // What listens everywhere is reached here.
  if (host == "0.0.0.0" || host == "::" || host == "[::]") host = "127.0.0.1";
  if (host.find(':') != std::string::npos && host.front() != '[') host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(parts_->listener.port()) + "/";
}

void Application::stop() {
  if (parts_->stopping.exchange(true)) return;
  parts_->log.info("stopping", {});
  parts_->live.close();
  parts_->health.stop();
  if (!parts_->listener.drain(kDrainFor))
    parts_->log.warning("requests_cut", {{"after_s", kDrainFor.count()}});
  parts_->unbind_gauges();
  parts_->background.stop();
  parts_->usage_reader.stop();
  parts_->listener.stop();
  parts_->save_findings();
  parts_->save_ledgers();
  parts_->health.save();
  parts_->recorder.stop();
  parts_->log.info("stopped", {});
  parts_->log.flush();
}

}  // namespace geminate::app
