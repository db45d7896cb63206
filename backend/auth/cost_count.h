#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "shared/core/time.h"
#include "shared/dto/tokens.h"

namespace geminate::auth {

/// The day on which the period began that `now` lies in, as keys::pacific_day counts them; 0 for a life. All
/// of it by the calendar on a Californian wall, as every other limit of days.
std::int32_t period_start(BudgetPeriod period, Timestamp now);
/// When the period ends that `now` lies in; nothing for a life.
std::optional<Timestamp> period_end(BudgetPeriod period, Timestamp now);

/// What has been spent in the running period, in millionths of a millionth of a dollar (picodollars): a
/// token's price is a whole number of them, so nothing is ever rounded. Any thread; the lock is taken only
/// where a period ends and where counts are read for the store.
class CostCount {
 public:
  struct Reading {
    std::int32_t start = 0;
    std::int64_t picos = 0;
  };
  /// More is counted as this: two million dollars.
  static constexpr std::int64_t kMost = 2'000'000'000'000'000'000;

  /// As it was saved.
  void restore(BudgetPeriod period, const Reading& saved);
  /// Goes on with that kind of period: another one than before begins at nothing.
  void begin(BudgetPeriod period);

  void charge(std::int64_t picos, Timestamp now);
  [[nodiscard]] std::int64_t spent(Timestamp now) const;
  /// Whatever period it is of.
  [[nodiscard]] Reading reading() const;

 private:
  /// Whether what was counted from `start` on counts in the period that begins on `current`: a clock that was
  /// set back into the one before goes on counting.
  [[nodiscard]] bool counts_in(std::int32_t start, std::int32_t current) const;

  mutable std::mutex turn_;
  std::atomic<BudgetPeriod> period_{BudgetPeriod::Month};
  std::atomic<std::int32_t> start_{0};
  std::atomic<std::int64_t> picos_{0};
};

}  // namespace geminate::auth
