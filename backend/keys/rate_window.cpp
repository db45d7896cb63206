#include "backend/keys/rate_window.h"

#include <algorithm>
#include <vector>

namespace geminate::keys {
namespace {

constexpr std::int64_t kMaxSlots = 1024;
constexpr std::int64_t kWindow = 60'000;
/// Before every time that a clock can show.
constexpr std::int64_t kNever = -4'000'000'000'000'000;

std::int64_t millis(MonotonicTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

RateWindow::RateWindow(std::int64_t limit)
    : limit_(limit),
      group_((limit + kMaxSlots - 1) / kMaxSlots),
      slot_count_(static_cast<std::uint64_t>(limit / group_)),
      slots_(new Slot[slot_count_]) {
  for (std::uint64_t i = 0; i < slot_count_; ++i) slots_[i].store(kNever, std::memory_order_relaxed);
}

RateWindow::RateWindow(std::int64_t limit, const RateWindow& former) : RateWindow(limit) {
  std::vector<std::int64_t> times;
  for (std::uint64_t i = 0; i < former.slot_count_; ++i) {
    const std::int64_t time = former.slots_[i].load(std::memory_order_relaxed);
    if (time == kNever) continue;
    // What stood for several requests there stands for as many slots here.
    const std::int64_t copies = std::max<std::int64_t>(1, former.group_ / group_);
    times.insert(times.end(), static_cast<std::size_t>(std::min(copies, kMaxSlots)), time);
  }
  std::sort(times.begin(), times.end());
  const std::size_t kept = std::min<std::size_t>(times.size(), slot_count_);
  for (std::size_t i = 0; i < kept; ++i) {
    slots_[i].store(times[times.size() - kept + i], std::memory_order_relaxed);
  }
  oldest_.store(kept % slot_count_, std::memory_order_relaxed);
}

void RateWindow::move_on_to(std::uint64_t number) {
  // Never backwards: a thread that was held up would point the others at times that are fresh already.
  std::uint64_t seen = oldest_.load(std::memory_order_relaxed);
  while (seen < number && !oldest_.compare_exchange_weak(seen, number, std::memory_order_relaxed)) {
  }
}

bool RateWindow::take_from_group() {
  if (group_ == 1) return false;
  std::int64_t left = left_.load(std::memory_order_relaxed);
  while (left > 0) {
    if (left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

std::optional<std::chrono::milliseconds> RateWindow::admit(MonotonicTime now) {
  if (take_from_group()) return std::nullopt;
  const std::int64_t time = millis(now);
  std::uint64_t number = oldest_.load(std::memory_order_relaxed);
  std::int64_t seen = slot(number).load(std::memory_order_relaxed);
  for (;;) {
    if (seen + kWindow > time) {
      // Someone may have filled this slot and not yet moved the hint on.
      const std::int64_t next = slot(number + 1).load(std::memory_order_relaxed);
      if (next + kWindow > time) return std::chrono::milliseconds{std::min(seen, next) + kWindow - time};
      ++number;
      seen = next;
    }
    // Replacing an expired time by ours is what admits: of two who try, one fails and looks again.
    if (slot(number).compare_exchange_strong(seen, time, std::memory_order_relaxed)) break;
  }
  move_on_to(number + 1);
  if (group_ > 1) left_.store(group_ - 1, std::memory_order_relaxed);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> RateWindow::wait_for(MonotonicTime now) const {
  if (left_.load(std::memory_order_relaxed) > 0) return std::nullopt;
  const std::uint64_t number = oldest_.load(std::memory_order_relaxed);
  const std::int64_t oldest = std::min(slot(number).load(std::memory_order_relaxed),  //
                                       slot(number + 1).load(std::memory_order_relaxed));
  const std::int64_t free_at = oldest + kWindow;
  const std::int64_t time = millis(now);
  if (free_at <= time) return std::nullopt;
  return std::chrono::milliseconds{free_at - time};
}

std::shared_ptr<RateWindow> window_for(std::optional<std::int64_t> limit,
                                       std::shared_ptr<RateWindow> former) {
  if (!limit) return nullptr;
  if (former == nullptr) return std::make_shared<RateWindow>(*limit);
  if (former->limit() == *limit) return former;
  return std::make_shared<RateWindow>(*limit, *former);
}

}  // namespace geminate::keys
