#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace geminate::app {

/// The one thread for work that waits: management edits on their way to the store, and jobs that recur.
/// `post` from any thread; tasks run in order, one at a time, so that stores see a single writer.
class BackgroundThread {
 public:
  BackgroundThread();
  ~BackgroundThread();

  void post(std::function<void()> task);
  /// Runs `job` about every `interval`, from the first interval on. Before the first post.
  void every(std::chrono::milliseconds interval, std::function<void()> job);
  /// Runs what was posted, then ends. Later posts are dropped.
  void stop();

 private:
  struct Recurring {
    std::chrono::milliseconds interval;
    std::chrono::steady_clock::time_point next;
    std::function<void()> job;
  };

  void run();
  /// With the lock held: the next task that is due, empty when there is none.
  std::function<void()> take_due();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<Recurring> recurring_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace geminate::app
