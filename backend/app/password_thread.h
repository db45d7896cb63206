#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "backend/app/background_thread.h"

namespace geminate::app {

/// The one thread that hashes passwords, so that no more than one hash's memory is in use at a time, with a
/// short queue: who comes when it is full is told to come again. Any thread may post.
class PasswordThread {
 public:
  static constexpr std::size_t kMostWaiting = 32;

  /// False, and the task is never run, when too many wait already.
  bool post(std::function<void()> task);
  /// Runs what was taken, then ends.
  void stop() { thread_.stop(); }

 private:
  std::atomic<std::size_t> waiting_{0};
  BackgroundThread thread_;
};

}  // namespace geminate::app
