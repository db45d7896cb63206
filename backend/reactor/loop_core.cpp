#include "backend/reactor/loop_core.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace geminate::reactor {

OwnedDescriptor::~OwnedDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

LoopCore::LoopCore(unsigned worker)
    : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      worker_(worker),
      now_(geminate::now()),
      timers_(now_.steady) {}

LoopCore::~LoopCore() = default;

void LoopCore::post(std::function<void()> task) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = posted_.empty();
    posted_.push_back(std::move(task));
  }
  // One wake-up serves all that comes until it is seen.
  if (was_empty) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }
}

void LoopCore::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (auto& task : tasks) task();
}

void LoopCore::defer(std::function<void()> task) { deferred_.push_back(std::move(task)); }

void LoopCore::begin_turn() {
  ++turn_;
  now_ = geminate::now();
  timers_.advance(now_.steady);
}

void LoopCore::end_turn() {
  while (!deferred_.empty()) {
    running_.swap(deferred_);
    for (auto& task : running_) task();
    running_.clear();
  }
}

void LoopCore::set_target(int descriptor, ReadyTarget& target) {
  const auto index = static_cast<std::size_t>(descriptor);
  if (index >= slots_.size()) slots_.resize(index + 64);
  slots_[index] = Slot{&target, turn_, true};
}

void LoopCore::clear_target(int descriptor) {
  const auto index = static_cast<std::size_t>(descriptor);
  if (index < slots_.size()) slots_[index].target = nullptr;
}

ReadyTarget* LoopCore::target_of(int descriptor) const {
  const auto index = static_cast<std::size_t>(descriptor);
  if (index >= slots_.size() || slots_[index].since_turn == turn_) return nullptr;
  return slots_[index].target;
}

bool LoopCore::knows(int descriptor) const {
  const auto index = static_cast<std::size_t>(descriptor);
  return index < slots_.size() && slots_[index].known;
}

}  // namespace geminate::reactor
