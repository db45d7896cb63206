#pragma once

#include <cstdint>

#include "backend/reactor/loop_core.h"

namespace Pistache::Aio {
class FdSet;
}
namespace Pistache::Polling {
class Epoll;
}

namespace geminate::http {

class PistacheTransport;

/// Our EventLoop on a worker's Pistache reactor. Outlives it: once the reactor has ended, watching fails and
/// unwatching only forgets.
class PistacheLoop final : public reactor::LoopCore {
 public:
  explicit PistacheLoop(unsigned worker);

  Status watch(int descriptor, reactor::Interest interest, reactor::ReadyTarget& target) override;
  void change(int descriptor, reactor::Interest interest) override;
  void unwatch(int descriptor) override;

  // For the transport.
  void attach(PistacheTransport& transport) { transport_ = &transport; }
  /// When the reactor is about to go, on its thread or after its end.
  void detach() { transport_ = nullptr; }
  /// Puts what wakes the loop into the worker's epoll.
  void register_own(Pistache::Polling::Epoll& poller);
  /// One turn: hands each event to whoever watches its descriptor.
  void play(const Pistache::Aio::FdSet& events);
  /// For a descriptor that the transport itself registers and removes.
  void adopt(int descriptor, reactor::ReadyTarget& target) { set_target(descriptor, target); }
  void forget(int descriptor) { clear_target(descriptor); }

 private:
  void arm_timer();
  void drain_timer();

  PistacheTransport* transport_ = nullptr;
  reactor::OwnedDescriptor timer_;
  /// When timer_ will wake us; kNever when it is not set.
  MonotonicTime armed_ = reactor::TimerWheel::kNever;
};

}  // namespace geminate::http
