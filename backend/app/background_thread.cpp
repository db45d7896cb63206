#include "backend/app/background_thread.h"

#include <algorithm>
#include <utility>

namespace geminate::app {

BackgroundThread::BackgroundThread() : thread_([this] { run(); }) {}

BackgroundThread::~BackgroundThread() { stop(); }

void BackgroundThread::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void BackgroundThread::every(std::chrono::milliseconds interval, std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    recurring_.push_back({interval, std::chrono::steady_clock::now() + interval, std::move(job)});
  }
  wake_.notify_one();
}

void BackgroundThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::function<void()> BackgroundThread::take_due() {
  if (!tasks_.empty()) {
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }
  const auto now = std::chrono::steady_clock::now();
  for (auto& recurring : recurring_) {
    if (stopping_ || recurring.next > now) continue;
    recurring.next = now + recurring.interval;
    return recurring.job;
  }
  return {};
}

void BackgroundThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (auto task = take_due()) {
      lock.unlock();
      task();
      lock.lock();
      continue;
    }
    if (stopping_) return;
    auto next = std::chrono::steady_clock::now() + std::chrono::hours{1};
    for (const auto& recurring : recurring_) next = std::min(next, recurring.next);
    wake_.wait_until(lock, next);
  }
}

}  // namespace geminate::app
