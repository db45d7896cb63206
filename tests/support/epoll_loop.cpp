#include "tests/support/epoll_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace geminate::test {
namespace {

epoll_event event_for(int descriptor, reactor::Interest interest) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  if (interest == reactor::Interest::ReadWrite) event.events |= EPOLLOUT;
  event.data.fd = descriptor;
  return event;
}

}  // namespace

EpollLoop::EpollLoop(unsigned worker) : LoopCore(worker), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_descriptor();
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_descriptor(), &event);
}

Status EpollLoop::watch(int descriptor, reactor::Interest interest, reactor::ReadyTarget& target) {
  epoll_event event = event_for(descriptor, interest);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return Error{ErrorCode::Internal, "the loop cannot watch the descriptor", std::strerror(errno), {}, {}};
  }
  set_target(descriptor, target);
  return Status::success();
}

void EpollLoop::change(int descriptor, reactor::Interest interest) {
  epoll_event event = event_for(descriptor, interest);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event);
}

void EpollLoop::unwatch(int descriptor) {
  clear_target(descriptor);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void EpollLoop::run_once(std::chrono::milliseconds longest) {
  using std::chrono::milliseconds;
  const auto steady = std::chrono::steady_clock::now();
  auto wait = longest;
  if (timers().next_wake() != reactor::TimerWheel::kNever) {
    const auto until = std::chrono::ceil<milliseconds>(timers().next_wake() - steady);
    wait = std::clamp(until, milliseconds{0}, longest);
  }
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(wait.count()));
  begin_turn();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_descriptor()) {
      run_posted();
    } else if (auto* target = target_of(event.data.fd)) {
      constexpr unsigned kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
      target->on_ready({.readable = (event.events & (EPOLLIN | kEnded)) != 0,
                        .writable = (event.events & EPOLLOUT) != 0,
                        .ended = (event.events & kEnded) != 0});
    }
  }
  end_turn();
}

bool EpollLoop::run_until(const std::function<bool()>& done, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!done()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    run_once(left);
  }
  return true;
}

void EpollLoop::run_for(std::chrono::milliseconds duration) {
  run_until([] { return false; }, duration);
}

void EpollLoop::run() {
  while (!stopped_.load()) run_once(std::chrono::hours{1});
}

void EpollLoop::stop() {
  post([this] { stopped_.store(true); });
}

}  // namespace geminate::test
