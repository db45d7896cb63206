#include "tools/simulator/ledger.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace geminate::simulator {

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::string SeenRequest::header(std::string_view name) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (const auto& [field, value] : headers) {
    if (std::equal(field.begin(), field.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

void Ledger::connection_opened() {
  const std::lock_guard lock(mutex_);
  ++stats_.connections_opened;
  ++stats_.connections_open;
  changed_.notify_all();
}

void Ledger::connection_closed() {
  const std::lock_guard lock(mutex_);
  --stats_.connections_open;
  changed_.notify_all();
}

void Ledger::request_began(SeenRequest request, std::vector<std::string> violations) {
  const std::lock_guard lock(mutex_);
  ++stats_.requests;
  ++stats_.in_flight;
  stats_.most_in_flight = std::max(stats_.most_in_flight, stats_.in_flight);
  ++stats_.requests_by_key[request.key];
  for (std::string& violation : violations) {
    if (stats_.violations.size() < kKeptViolations) stats_.violations.push_back(std::move(violation));
  }
  requests_.push_back(std::move(request));
  if (requests_.size() > kKeptRequests) requests_.pop_front();
  changed_.notify_all();
}

void Ledger::answering(unsigned status) {
  const std::lock_guard lock(mutex_);
  ++stats_.answers_by_status[std::to_string(status)];
  changed_.notify_all();
}

void Ledger::request_ended(Ending ending) {
  const std::lock_guard lock(mutex_);
  --stats_.in_flight;
  switch (ending) {
    case Ending::Completed:
      ++stats_.completed;
      break;
    case Ending::Cancelled:
      ++stats_.cancelled;
      break;
    case Ending::BrokenOff:
      ++stats_.broken_off;
      break;
  }
  changed_.notify_all();
}

Stats Ledger::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

std::vector<SeenRequest> Ledger::requests() const {
  const std::lock_guard lock(mutex_);
  return {requests_.begin(), requests_.end()};
}

void Ledger::reset() {
  const std::lock_guard lock(mutex_);
  Stats fresh;
  fresh.connections_open = stats_.connections_open;
  fresh.in_flight = stats_.in_flight;
  stats_ = std::move(fresh);
  requests_.clear();
  changed_.notify_all();
}

bool Ledger::wait_until(const std::function<bool(const Stats&)>& wanted,
                        std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return wanted(stats_); });
}

}  // namespace geminate::simulator
