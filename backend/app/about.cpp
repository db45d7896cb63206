#include "backend/app/about.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "backend/app/client_tls.h"

namespace geminate::app {
namespace {

/// What the process holds in memory, as Linux counts it.
std::optional<std::int64_t> resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  if (!(file >> total >> resident)) return std::nullopt;
  return resident * ::sysconf(_SC_PAGESIZE);
}

void count_requests(const ServerParts& parts, AboutView& view) {
  for (const Worker* worker : parts.workers) {
    view.requests_in_flight += static_cast<std::int64_t>(worker->requests_in_flight());
    view.requests_waiting += static_cast<std::int64_t>(worker->requests_waiting());
  }
}

void count_rows(const ServerParts& parts, AboutView& view) {
  view.keys = static_cast<std::int64_t>(parts.keys.rows().size());
  view.keys_ready = static_cast<std::int64_t>(parts.keys.count(KeyState::Ready));
  view.tokens = static_cast<std::int64_t>(parts.authenticator.list(now()).size());
}

}  // namespace

void StorageState::note(const std::string& what, const Status& saved) {
  const std::lock_guard lock(mutex_);
  if (saved.ok()) {
    problems_.erase(what);
  } else {
    problems_[what] = saved.error().message;
  }
}

std::vector<std::string> StorageState::problems() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [what, problem] : problems_) all.push_back(what + ": " + problem);
  return all;
}

std::optional<std::int64_t> database_bytes(const std::filesystem::path& file) {
  std::error_code problem;
  if (file.empty()) return std::nullopt;
  const auto size = std::filesystem::file_size(file, problem);
  if (problem) return std::nullopt;
  auto bytes = static_cast<std::int64_t>(size);
  const auto log = std::filesystem::file_size(file.string() + "-wal", problem);
  if (!problem) bytes += static_cast<std::int64_t>(log);
  return bytes;
}

AboutView about_server(const ServerParts& parts, Timestamp started_at, std::string not_ready) {
  AboutView view;
  view.version = GEMINATE_VERSION;
  view.key_storage_mode = parts.pool.mode();
  view.started_at = started_at;
  view.now = now().wall;
  view.workers = static_cast<std::int64_t>(parts.workers.size());
  view.not_ready = std::move(not_ready);
  view.storage_problems = parts.storage.problems();
  view.database_bytes = database_bytes(parts.stores.database_file);
  view.usage_bytes = database_bytes(parts.stores.usage_file);
  view.memory_bytes = resident_bytes();
  count_rows(parts, view);
  count_requests(parts, view);
  view.client_connections = static_cast<std::int64_t>(parts.listener.stats().connections);
  view.live_listeners = static_cast<std::int64_t>(parts.live.listeners());
  view.plain_on_network = is_plain_on_network(parts.config);
  view.upstream_paused = parts.breakers.is_any_open();
  view.usage_records_dropped = static_cast<std::int64_t>(parts.recorder.dropped());
  view.log_lines_dropped = static_cast<std::int64_t>(parts.log.dropped_lines());
  return view;
}

}  // namespace geminate::app
