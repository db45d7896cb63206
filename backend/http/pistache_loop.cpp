#include "backend/http/pistache_loop.h"

#include <pistache/os.h>
#include <pistache/reactor.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

#include "backend/http/pistache_transport.h"

namespace geminate::http {
namespace {

using Pistache::Flags;
using Pistache::Polling::NotifyOn;

Flags<NotifyOn> flags_of(reactor::Interest interest) {
  auto flags = Flags<NotifyOn>(NotifyOn::Read) | NotifyOn::Shutdown;
  if (interest == reactor::Interest::ReadWrite) flags.setFlag(NotifyOn::Write);
  return flags;
}

/// What an event says. Pistache knows of the other end's shutdown but its entries hide it, by a private base;
/// and a lone error has no flag at all.
reactor::Readiness readiness_of(const Pistache::Aio::FdSet::Entry& entry) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
  const auto& event = (const Pistache::Polling::Event&)entry;
#pragma GCC diagnostic pop
  const bool readable = entry.isReadable();
  const bool writable = entry.isWritable();
  const bool ended = entry.isHangup() || event.flags.hasFlag(NotifyOn::Shutdown) || (!readable && !writable);
  return {.readable = readable || ended, .writable = writable, .ended = ended};
}

}  // namespace

PistacheLoop::PistacheLoop(unsigned worker)
    : LoopCore(worker), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

Status PistacheLoop::watch(int descriptor, reactor::Interest interest, reactor::ReadyTarget& target) {
  const auto refused = [](const char* why) {
    return Error{ErrorCode::Internal, "the descriptor cannot be watched", why, {}, {}};
  };
  if (transport_ == nullptr) return refused("the loop has ended");
  try {
    transport_->reactor()->registerFd(transport_->key(), descriptor, flags_of(interest),
                                      Pistache::Polling::Mode::Edge);
  } catch (const std::exception& failure) {
    return refused(failure.what());
  }
  set_target(descriptor, target);
  return Status::success();
}

void PistacheLoop::change(int descriptor, reactor::Interest interest) {
  if (transport_ == nullptr) return;
  try {
    transport_->reactor()->modifyFd(transport_->key(), descriptor, flags_of(interest),
                                    Pistache::Polling::Mode::Edge);
  } catch (const std::exception&) {
    // Not watched (any more): then there is nothing to change.
  }
}

void PistacheLoop::unwatch(int descriptor) {
  clear_target(descriptor);
  if (transport_ == nullptr) return;
  try {
    transport_->reactor()->removeFd(transport_->key(), descriptor);
  } catch (const std::exception&) {
    // Not watched (any more), which is what is wanted.
  }
}

void PistacheLoop::register_own(Pistache::Polling::Epoll& poller) {
  for (const int descriptor : {wake_descriptor(), timer_.get()}) {
    poller.addFd(descriptor, Flags<NotifyOn>(NotifyOn::Read), Pistache::Polling::Tag(descriptor));
  }
  // What was set up before the loop runs may wait for a timer.
  post([] {});
}

void PistacheLoop::play(const Pistache::Aio::FdSet& events) {
  begin_turn();
  for (const auto& entry : events) {
    const auto descriptor = static_cast<int>(entry.getTag().value());
    const auto readiness = readiness_of(entry);
    if (descriptor == wake_descriptor()) {
      run_posted();
    } else if (descriptor == timer_.get()) {
      drain_timer();
    } else if (auto* const target = target_of(descriptor)) {
      target->on_ready(readiness);
    } else if (!knows(descriptor) && transport_ != nullptr) {
      transport_->pass_to_base(entry.getTag(), readiness.readable, readiness.writable);
    }
  }
  end_turn();
  arm_timer();
}

void PistacheLoop::drain_timer() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const auto got = ::read(timer_.get(), &expirations, sizeof expirations);
  armed_ = reactor::TimerWheel::kNever;
}

void PistacheLoop::arm_timer() {
  // Only a nearer deadline costs a system call; a cancelled one wakes us once for nothing.
  const auto next = timers().next_wake();
  if (next >= armed_) return;
  armed_ = next;
  const auto delay = std::max(next - std::chrono::steady_clock::now(), std::chrono::nanoseconds{1});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(delay);
  itimerspec when{};
  when.it_value.tv_sec = seconds.count();
  when.it_value.tv_nsec = std::chrono::nanoseconds(delay - seconds).count();
  ::timerfd_settime(timer_.get(), 0, &when, nullptr);
}

}  // namespace geminate::http
