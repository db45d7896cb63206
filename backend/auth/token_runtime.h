#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "backend/auth/client_token.h"
#include "backend/keys/daily_counter.h"
#include "backend/keys/rate_window.h"

namespace geminate::auth {

/// What is counted about one client token; stands beside the snapshots and outlives edits. Any thread, no
/// lock.
class TokenRuntime {
 public:
  explicit TokenRuntime(const ClientToken& row);

  void count_request(const Now& now);
  void spend(std::int64_t tokens, const Now& now);
  [[nodiscard]] std::int64_t requests_on(std::int32_t day) const { return requests_.amount_on(day); }
  [[nodiscard]] std::int64_t tokens_on(std::int32_t day) const { return tokens_.amount_on(day); }
  [[nodiscard]] std::optional<Timestamp> last_used_at() const;

  /// What changed since the last call, for the store; nothing when nothing did.
  std::optional<TokenFinding> take_finding(std::int64_t id);
  void keep_finding() { dirty_.store(true, std::memory_order_release); }

 private:
  void mark_dirty() {
    if (!dirty_.load(std::memory_order_relaxed)) dirty_.store(true, std::memory_order_release);
  }

  keys::DailyCounter requests_;
  keys::DailyCounter tokens_;
  /// Milliseconds since 1970; 0: never.
  std::atomic<std::int64_t> last_used_{0};
  std::atomic<bool> dirty_{false};
};

}  // namespace geminate::auth
