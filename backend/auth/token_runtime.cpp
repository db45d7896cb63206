#include "backend/auth/token_runtime.h"

#include <algorithm>

#include "backend/keys/pacific_day.h"

namespace geminate::auth {

TokenRuntime::TokenRuntime(const ClientToken& row) {
  requests_.set(row.used_day, row.requests_used);
  tokens_.set(row.used_day, row.tokens_used);
  if (row.last_used_at)
    last_used_.store(row.last_used_at->time_since_epoch().count(), std::memory_order_relaxed);
}

void TokenRuntime::count_request(const Now& now) {
  requests_.add(keys::pacific_day(now.wall), 1);
  last_used_.store(now.wall.time_since_epoch().count(), std::memory_order_relaxed);
  mark_dirty();
}

void TokenRuntime::spend(std::int64_t tokens, const Now& now) {
  if (tokens <= 0) return;
  tokens_.add(keys::pacific_day(now.wall), tokens);
  mark_dirty();
}

std::optional<Timestamp> TokenRuntime::last_used_at() const {
  const std::int64_t last = last_used_.load(std::memory_order_relaxed);
  if (last == 0) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{last}};
}

std::optional<TokenFinding> TokenRuntime::take_finding(std::int64_t id) {
  if (!dirty_.exchange(false, std::memory_order_acquire)) return std::nullopt;
  TokenFinding finding;
  finding.id = id;
  finding.last_used_at = last_used_at();
  finding.used_day = std::max(requests_.reading().day, tokens_.reading().day);
  finding.requests_used = requests_.amount_on(finding.used_day);
  finding.tokens_used = tokens_.amount_on(finding.used_day);
  return finding;
}

}  // namespace geminate::auth
