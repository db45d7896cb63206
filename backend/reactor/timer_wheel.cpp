#include "backend/reactor/timer_wheel.h"

namespace geminate::reactor {

void Timer::set(std::chrono::milliseconds delay) {
  cancel();
  wheel_->link(*this, delay);
}

void Timer::cancel() {
  if (linked_) wheel_->unlink(*this);
}

void TimerWheel::link(Timer& timer, std::chrono::milliseconds delay) {
  if (delay.count() < 0) delay = std::chrono::milliseconds{0};
  // The running tick has partly passed, hence the one on top: never early.
  const auto ticks = static_cast<std::uint64_t>((delay + kTick - std::chrono::milliseconds{1}) / kTick) + 1;
  timer.due_tick_ = current_tick_ + ticks;
  timer.slot_ = timer.due_tick_ % kSlots;
  timer.previous_ = nullptr;
  timer.next_ = slots_[timer.slot_];
  if (timer.next_ != nullptr) timer.next_->previous_ = &timer;
  slots_[timer.slot_] = &timer;
  timer.linked_ = true;
  if (timer.due_tick_ < wake_tick_) wake_tick_ = timer.due_tick_;
  ++count_;
}

void TimerWheel::unlink(Timer& timer) {
  if (cursor_ == &timer) cursor_ = timer.next_;
  if (timer.previous_ != nullptr) {
    timer.previous_->next_ = timer.next_;
  } else {
    slots_[timer.slot_] = timer.next_;
  }
  if (timer.next_ != nullptr) timer.next_->previous_ = timer.previous_;
  timer.previous_ = timer.next_ = nullptr;
  timer.linked_ = false;
  --count_;
}

void TimerWheel::fire_slot(std::size_t slot) {
  for (Timer* timer = slots_[slot]; timer != nullptr; timer = cursor_) {
    cursor_ = timer->next_;
    // A slot also holds timers of later rounds of the wheel.
    if (timer->due_tick_ > current_tick_) continue;
    unlink(*timer);
    // The callback may destroy the timer: nothing of it is read after this line.
    timer->callback_(timer->context_);
  }
  cursor_ = nullptr;
}

std::uint64_t TimerWheel::first_used_tick() const {
  if (count_ == 0) return kNoTick;
  std::uint64_t tick = current_tick_ + 1;
  // A full round at most: some slot is used. Its timers may belong to a later round.
  while (slots_[tick % kSlots] == nullptr) ++tick;
  return tick;
}

MonotonicTime TimerWheel::next_wake() const {
  if (count_ == 0) return kNever;
  return start_ + kTick * static_cast<std::int64_t>(wake_tick_);
}

void TimerWheel::advance(MonotonicTime now) {
  if (now < start_) return;
  const auto target = static_cast<std::uint64_t>((now - start_) / kTick);
  if (target < wake_tick_) {
    if (target > current_tick_) current_tick_ = target;
    return;
  }
  while (current_tick_ < target && count_ != 0) {
    ++current_tick_;
    fire_slot(current_tick_ % kSlots);
  }
  if (target > current_tick_) current_tick_ = target;
  wake_tick_ = first_used_tick();
}

}  // namespace geminate::reactor
