#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "backend/reactor/event_loop.h"

namespace geminate::reactor {

/// Closes what it holds.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor();
  [[nodiscard]] int get() const { return descriptor_; }
  /// The caller closes it now.
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

/// What every EventLoop of ours is made of but the kernel's registration: who owns which descriptor, posted
/// and deferred tasks, timers, the turn's clock. A subclass fetches events and plays them:
///   begin_turn(); dispatch(descriptor, readiness)…; end_turn();
class LoopCore : public EventLoop {
 public:
  explicit LoopCore(unsigned worker);
  ~LoopCore() override;
  LoopCore(const LoopCore&) = delete;
  LoopCore& operator=(const LoopCore&) = delete;

  void post(std::function<void()> task) override;
  void defer(std::function<void()> task) override;
  TimerWheel& timers() override { return timers_; }
  [[nodiscard]] Now now() const override { return now_; }
  [[nodiscard]] unsigned worker() const override { return worker_; }

 protected:
  /// Becomes readable when a task is posted. The subclass watches it and calls run_posted.
  [[nodiscard]] int wake_descriptor() const { return wake_.get(); }
  void run_posted();

  /// Reads the clocks and fires due timers.
  void begin_turn();
  /// Runs the deferred tasks, also those that they defer in turn.
  void end_turn();

  void set_target(int descriptor, ReadyTarget& target);
  void clear_target(int descriptor);
  /// Who is to hear of an event of this turn; null when its descriptor is not watched, or was watched only
  /// after the turn had begun (the event then belongs to an earlier owner of the number).
  [[nodiscard]] ReadyTarget* target_of(int descriptor) const;
  /// Whether the number was ever watched here.
  [[nodiscard]] bool knows(int descriptor) const;

 private:
  struct Slot {
    ReadyTarget* target = nullptr;
    std::uint64_t since_turn = 0;
    bool known = false;
  };

  OwnedDescriptor wake_;
  unsigned worker_;
  Now now_;
  TimerWheel timers_;
  std::uint64_t turn_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::function<void()>> deferred_;
  /// Deferred tasks while they run; empty in between, when it keeps its memory for the next turn.
  std::vector<std::function<void()>> running_;

  /// Guards posted_.
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace geminate::reactor
