#include "backend/app/password_thread.h"

#include <utility>

namespace geminate::app {

bool PasswordThread::post(std::function<void()> task) {
  if (waiting_.fetch_add(1) >= kMostWaiting) {
    waiting_.fetch_sub(1);
    return false;
  }
  thread_.post([this, task = std::move(task)] {
    task();
    waiting_.fetch_sub(1);
  });
  return true;
}

}  // namespace geminate::app
