#pragma once

#include <cstdint>
#include <functional>

#include "backend/reactor/timer_wheel.h"
#include "shared/core/result.h"
#include "shared/core/time.h"

namespace geminate::reactor {

/// What a descriptor is ready for. A hang-up or an error comes as readable: the next read tells which.
struct Readiness {
  bool readable = false;
  bool writable = false;
  /// The other end has shut down its side or the connection broke: no further event will come, so read until
  /// 0 or an error shows (otherwise a short read is enough to know that nothing is left).
  bool ended = false;
};

/// Whoever owns a descriptor. Called on the loop's thread only.
class ReadyTarget {
 public:
  virtual void on_ready(Readiness readiness) = 0;

 protected:
  ~ReadyTarget() = default;
};

enum class Interest : std::uint8_t { Read, ReadWrite };

/// One worker's event loop. Everything of one request happens on one loop's thread; only `post` may be called
/// from another. Edge-triggered: a target reads and writes until the kernel says "again", or remembers that
/// it did not (and then asks itself, for no further event will come).
class EventLoop {
 public:
  virtual ~EventLoop() = default;

  /// Begins to watch. The target must stay until `unwatch`.
  virtual Status watch(int descriptor, Interest interest, ReadyTarget& target) = 0;
  virtual void change(int descriptor, Interest interest) = 0;
  /// Ends watching; call it before close(). Events for the descriptor that this turn already holds are
  /// dropped, also when its number has been given to a new socket in between.
  virtual void unwatch(int descriptor) = 0;

  /// Runs `task` on the loop's thread, soon. Any thread. Tasks that were posted before the loop ends are run
  /// or destroyed, never leaked.
  virtual void post(std::function<void()> task) = 0;

  /// Runs `task` at the end of this turn, once all ready descriptors have been served. Loop's thread only.
  virtual void defer(std::function<void()> task) = 0;

  /// The loop's coarse timers. Loop's thread only.
  virtual TimerWheel& timers() = 0;

  /// Both clocks as they stood when this turn began: cheap, and equal throughout a turn.
  [[nodiscard]] virtual Now now() const = 0;

  /// This worker's number, from 0 on.
  [[nodiscard]] virtual unsigned worker() const = 0;
};

}  // namespace geminate::reactor
