#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "backend/auth/client_token.h"
#include "backend/auth/cost_count.h"
#include "backend/auth/daily_allowance.h"

namespace geminate::auth {

/// What is counted about one client token; stands beside the snapshots and outlives edits. Any thread, no
/// lock.
class TokenRuntime {
 public:
  using Limit = std::optional<std::int64_t>;

  explicit TokenRuntime(const ClientToken& row);

  /// Counts a request of the day; false, and nothing counted, beyond the limit.
  bool count_request(const Now& now, Limit per_day = std::nullopt);

  /// Takes tokens of the day and of the token's life. The day they count on, or nothing when either limit is
  /// too small.
  std::optional<std::int32_t> reserve_tokens(std::int64_t tokens, const Now& now, Limit per_day, Limit total);
  /// Takes them whatever the limits.
  void add_tokens(std::int64_t tokens, const Now& now);
  /// Gives back what turned out not to be needed of what was reserved on that day.
  void give_back_tokens(std::int64_t tokens, std::int32_t day);

  void charge(std::int64_t picos, const Now& now) {
    cost_.charge(picos, now.wall);
    mark_dirty();
  }
  CostCount& cost() { return cost_; }

  [[nodiscard]] std::int64_t requests_on(std::int32_t day) const { return requests_.amount_on(day); }
  [[nodiscard]] std::int64_t tokens_on(std::int32_t day) const { return tokens_.amount_on(day); }
  [[nodiscard]] std::int64_t tokens_total() const { return total_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::optional<Timestamp> last_used_at() const;

  /// What changed since the last call, for the store; nothing when nothing did.
  std::optional<TokenFinding> take_finding(std::int64_t id);
  void keep_finding() { dirty_.store(true, std::memory_order_release); }

 private:
  void mark_dirty() {
    if (!dirty_.load(std::memory_order_relaxed)) dirty_.store(true, std::memory_order_release);
  }
  bool reserve_of_total(std::int64_t tokens, Limit limit);

  DailyAllowance requests_;
  DailyAllowance tokens_;
  std::atomic<std::int64_t> total_{0};
  CostCount cost_;
  /// Milliseconds since 1970; 0: never.
  std::atomic<std::int64_t> last_used_{0};
  std::atomic<bool> dirty_{false};
};

}  // namespace geminate::auth
