#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "shared/core/time.h"

namespace geminate::auth {

/// How often an account may see whole keys: so often in an hour that slides along, so that who has stolen a
/// session and its password does not empty the pool key by key unseen. Pure but for what it remembers; one
/// thread.
class RevealBudget {
 public:
  static constexpr std::size_t kMost = 10;
  static constexpr std::chrono::hours kWindow{1};

  /// In how long there is one more; nothing when there is one now.
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_for(std::int64_t account_id,
                                                                  MonotonicTime now) {
    auto& times = times_[account_id];
    while (!times.empty() && now - times.front() >= kWindow) times.pop_front();
    if (times.size() < kMost) return std::nullopt;
    return std::chrono::ceil<std::chrono::milliseconds>(times.front() + kWindow - now);
  }
  void take(std::int64_t account_id, MonotonicTime now) { times_[account_id].push_back(now); }

 private:
  std::map<std::int64_t, std::deque<MonotonicTime>> times_;
};

}  // namespace geminate::auth
