#include "backend/auth/token_runtime.h"

#include <algorithm>

#include "backend/keys/pacific_day.h"

namespace geminate::auth {

TokenRuntime::TokenRuntime(const ClientToken& row) {
  requests_.set({row.used_day, row.requests_used});
  tokens_.set({row.used_day, row.tokens_used});
  total_.store(row.tokens_total, std::memory_order_relaxed);
  cost_.restore(row.cost_period, {row.cost_start, row.cost_picos});
  if (row.last_used_at)
    last_used_.store(row.last_used_at->time_since_epoch().count(), std::memory_order_relaxed);
}

bool TokenRuntime::count_request(const Now& now, Limit per_day) {
  if (!requests_.reserve(keys::pacific_day(now.wall), 1, per_day)) return false;
  last_used_.store(now.wall.time_since_epoch().count(), std::memory_order_relaxed);
  mark_dirty();
  return true;
}

bool TokenRuntime::reserve_of_total(std::int64_t tokens, Limit limit) {
  std::int64_t seen = total_.load(std::memory_order_relaxed);
  do {
    if (limit && seen + tokens > *limit) return false;
  } while (!total_.compare_exchange_weak(seen, seen + tokens, std::memory_order_relaxed));
  return true;
}

std::optional<std::int32_t> TokenRuntime::reserve_tokens(std::int64_t tokens, const Now& now, Limit per_day,
                                                         Limit total) {
  const auto day = tokens_.reserve(keys::pacific_day(now.wall), tokens, per_day);
  if (!day) return std::nullopt;
  if (!reserve_of_total(tokens, total)) {
    tokens_.give_back(*day, tokens);
    return std::nullopt;
  }
  mark_dirty();
  return day;
}

void TokenRuntime::add_tokens(std::int64_t tokens, const Now& now) {
  tokens_.reserve(keys::pacific_day(now.wall), tokens);
  total_.fetch_add(tokens, std::memory_order_relaxed);
  mark_dirty();
}

void TokenRuntime::give_back_tokens(std::int64_t tokens, std::int32_t day) {
  tokens_.give_back(day, tokens);
  total_.fetch_sub(tokens, std::memory_order_relaxed);
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
  finding.tokens_total = tokens_total();
  const auto cost = cost_.reading();
  finding.cost_picos = cost.picos;
  finding.cost_start = cost.start;
  return finding;
}

}  // namespace geminate::auth
