#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "shared/core/time.h"

namespace geminate::keys {

/// Admits at most `limit` requests in any 60 seconds. Any thread, no lock.
///
/// It remembers when each of the last `limit` requests was admitted; one more fits when the oldest of them is
/// a minute old. Beyond 1,024 a minute one remembered time stands for several requests, and a window can be
/// off by that many (0.1 %).
class RateWindow {
 public:
  /// `limit` at least 1.
  explicit RateWindow(std::int64_t limit);
  /// A window for a new limit that remembers what the old one admitted.
  RateWindow(std::int64_t limit, const RateWindow& former);

  [[nodiscard]] std::int64_t limit() const { return limit_; }

  /// Counts one request, or says in how long the next one fits.
  std::optional<std::chrono::milliseconds> admit(MonotonicTime now);
  /// The same answer without counting; nothing when a request would fit.
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_for(MonotonicTime now) const;

 private:
  /// Milliseconds of the monotonic clock at which the slot's request was admitted.
  using Slot = std::atomic<std::int64_t>;

  [[nodiscard]] const Slot& slot(std::uint64_t number) const { return slots_[number % slot_count_]; }
  [[nodiscard]] Slot& slot(std::uint64_t number) { return slots_[number % slot_count_]; }
  void move_on_to(std::uint64_t number);
  bool take_from_group();

  std::int64_t limit_;
  std::int64_t group_;
  std::uint64_t slot_count_;
  std::unique_ptr<Slot[]> slots_;
  /// Where the oldest time stands (counting on, round after round); it may lag behind for a moment.
  std::atomic<std::uint64_t> oldest_{0};
  /// What is left of the newest slot's group.
  std::atomic<std::int64_t> left_{0};
};

/// The window of a row with that limit (null without one), going on from what the row's former window
/// admitted; `former` may be null.
std::shared_ptr<RateWindow> window_for(std::optional<std::int64_t> limit, std::shared_ptr<RateWindow> former);

}  // namespace geminate::keys
