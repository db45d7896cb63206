#include "backend/auth/cost_count.h"

#include <algorithm>
#include <chrono>

#include "backend/keys/pacific_day.h"

namespace geminate::auth {
namespace {

using namespace std::chrono;

year_month month_of(Timestamp time) {
  const year_month_day day{sys_days{days{keys::pacific_day(time)}}};
  return day.year() / day.month();
}

}  // namespace

std::int32_t period_start(BudgetPeriod period, Timestamp now) {
  switch (period) {
    case BudgetPeriod::Day:
      return keys::pacific_day(now);
    case BudgetPeriod::Month:
      return static_cast<std::int32_t>(sys_days{month_of(now) / 1}.time_since_epoch().count());
    case BudgetPeriod::Life:
      break;
  }
  return 0;
}

std::optional<Timestamp> period_end(BudgetPeriod period, Timestamp now) {
  if (period == BudgetPeriod::Life) return std::nullopt;
  if (period == BudgetPeriod::Day) return keys::next_pacific_midnight(now);
  // At 20:00 UTC it is the same day in California all the year round.
  return keys::next_pacific_midnight(sys_days{month_of(now) / last} + hours{20});
}

void CostCount::restore(BudgetPeriod period, const Reading& saved) {
  const std::lock_guard lock(turn_);
  period_.store(period);
  picos_.store(std::clamp<std::int64_t>(saved.picos, 0, kMost));
  start_.store(saved.start);
}

void CostCount::begin(BudgetPeriod period) {
  if (period_.load() == period) return;
  restore(period, {});
}

bool CostCount::counts_in(std::int32_t start, std::int32_t current) const {
  constexpr std::int32_t kLongestMonth = 31;
  const std::int32_t back =
      period_.load(std::memory_order_relaxed) == BudgetPeriod::Month ? kLongestMonth : 1;
  return start >= current && start - current <= back;
}

// Who comes in the very moment in which a period ends may be counted in either; nothing is lost.
void CostCount::charge(std::int64_t picos, Timestamp now) {
  const std::int32_t current = period_start(period_.load(std::memory_order_relaxed), now);
  if (!counts_in(start_.load(std::memory_order_acquire), current)) {
    const std::lock_guard lock(turn_);
    if (!counts_in(start_.load(std::memory_order_relaxed), current)) {
      picos_.store(0, std::memory_order_relaxed);
      start_.store(current, std::memory_order_release);
    }
  }
  std::int64_t seen = picos_.load(std::memory_order_relaxed);
  const std::int64_t more = std::clamp<std::int64_t>(picos, 0, kMost);
  while (!picos_.compare_exchange_weak(seen, std::min(kMost, seen + more), std::memory_order_relaxed)) {
  }
}

std::int64_t CostCount::spent(Timestamp now) const {
  const std::int32_t current = period_start(period_.load(std::memory_order_relaxed), now);
  if (!counts_in(start_.load(std::memory_order_acquire), current)) return 0;
  return picos_.load(std::memory_order_relaxed);
}

CostCount::Reading CostCount::reading() const {
  const std::lock_guard lock(turn_);
  return {start_.load(std::memory_order_relaxed), picos_.load(std::memory_order_relaxed)};
}

}  // namespace geminate::auth
