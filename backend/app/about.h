#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "backend/app/worker.h"
#include "backend/config/config.h"
#include "backend/http/pistache_listener.h"
#include "backend/keys/key_changes.h"
#include "backend/storage/open_stores.h"
#include "shared/dto/settings.h"

namespace geminate::app {

/// What could not be saved when it was tried last. Any thread.
class StorageState {
 public:
  /// `what`: a short constant word for what was saved.
  void note(const std::string& what, const Status& saved);
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> problems_;
};

/// What is looked at to tell how the server is; borrowed for the call.
struct ServerParts {
  const config::Config& config;
  const storage::Stores& stores;
  const StorageState& storage;
  const keys::KeyPool& pool;
  const keys::KeyChanges& keys;  // as of just now
  const auth::Authenticator& authenticator;
  const usage::Recorder& recorder;
  const proxy::EgressBreakers& breakers;
  const observe::LiveFeed& live;
  const observe::Log& log;
  const http::PistacheListener& listener;
  const std::vector<Worker*>& workers;
};

/// What runs here, and how it is. Management thread.
AboutView about_server(const ServerParts& parts, Timestamp started_at, std::string not_ready);

/// Of a database's file and what stands beside it until it is folded in; none without a file. Blocks a
/// little.
std::optional<std::int64_t> database_bytes(const std::filesystem::path& file);

}  // namespace geminate::app
