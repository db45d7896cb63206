#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "shared/core/time.h"

namespace geminate::reactor {

class TimerWheel;

/// One deadline. Lives inside the object whose deadline it is; setting and cancelling touch a few pointers
/// and no system call. Destroying it cancels it. Loop's thread only.
class Timer {
 public:
  using Callback = void (*)(void* context);

  /// `callback(context)` is called on the loop's thread when the deadline has passed.
  Timer(TimerWheel& wheel, Callback callback, void* context)
      : wheel_(&wheel), callback_(callback), context_(context) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { cancel(); }

  /// Fires once, no earlier than `delay` from now and up to two ticks later. Setting again replaces.
  void set(std::chrono::milliseconds delay);
  void cancel();
  [[nodiscard]] bool is_set() const { return linked_; }

 private:
  friend class TimerWheel;
  TimerWheel* wheel_;
  Callback callback_;
  void* context_;
  Timer* previous_ = nullptr;
  Timer* next_ = nullptr;
  std::uint64_t due_tick_ = 0;
  std::size_t slot_ = 0;
  bool linked_ = false;
};

/// A hashed wheel of coarse timers: one per worker, driven by the loop's own tick, so that a request costs no
/// timer system call.
class TimerWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{20};
  static constexpr std::size_t kSlots = 512;

  explicit TimerWheel(MonotonicTime start) : start_(start) {}

  /// Fires everything that is due at `now`. A callback may set and cancel any timer, also destroy them.
  void advance(MonotonicTime now);
  /// Whether any timer waits; a loop without one need not tick.
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// When `advance` must be called at the latest; it may turn out that nothing was due yet. kNever without a
  /// timer.
  [[nodiscard]] MonotonicTime next_wake() const;
  static constexpr MonotonicTime kNever = MonotonicTime::max();

 private:
  friend class Timer;
  void link(Timer& timer, std::chrono::milliseconds delay);
  void unlink(Timer& timer);
  void fire_slot(std::size_t slot);
  [[nodiscard]] std::uint64_t first_used_tick() const;

  static constexpr std::uint64_t kNoTick = ~std::uint64_t{0};
  MonotonicTime start_;
  /// Ticks already served.
  std::uint64_t current_tick_ = 0;
  std::size_t count_ = 0;
  /// No timer is due before it. Cancelling leaves it as it is: one wake-up for nothing is cheaper than a
  /// search.
  std::uint64_t wake_tick_ = kNoTick;
  std::array<Timer*, kSlots> slots_{};
  /// The next timer of the slot being fired; moved on when a callback unlinks it.
  Timer* cursor_ = nullptr;
};

}  // namespace geminate::reactor
