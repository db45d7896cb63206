#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "backend/reactor/loop_core.h"

namespace geminate::test {

/// A plain epoll loop for tests of what lives on a worker's loop; runs on the thread that calls `run…`.
class EpollLoop final : public reactor::LoopCore {
 public:
  explicit EpollLoop(unsigned worker = 0);

  Status watch(int descriptor, reactor::Interest interest, reactor::ReadyTarget& target) override;
  void change(int descriptor, reactor::Interest interest) override;
  void unwatch(int descriptor) override;

  /// Turns until `done()` holds; false when it does not within `deadline`.
  bool run_until(const std::function<bool()>& done,
                 std::chrono::milliseconds deadline = std::chrono::seconds{10});
  /// Turns for that long.
  void run_for(std::chrono::milliseconds duration);
  /// One turn: waits up to `longest` for an event, a task or a timer.
  void run_once(std::chrono::milliseconds longest);
  /// Turns until `stop`, for a loop that has a thread of its own.
  void run();
  /// Any thread.
  void stop();

 private:
  reactor::OwnedDescriptor epoll_;
  std::atomic<bool> stopped_{false};
};

}  // namespace geminate::test
