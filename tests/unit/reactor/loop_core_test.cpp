#include "backend/reactor/loop_core.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/epoll_loop.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

struct Pair {
  Pair() { ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()); }
  ~Pair() {
    for (const int end : ends) ::close(end);
  }
  std::array<int, 2> ends{};
};

struct Target final : reactor::ReadyTarget {
  explicit Target(std::function<void(reactor::Readiness)> given) : what(std::move(given)) {}
  void on_ready(reactor::Readiness readiness) override { what(readiness); }
  std::function<void(reactor::Readiness)> what;
};

void poke(int descriptor) { ASSERT_EQ(::write(descriptor, "x", 1), 1); }

TEST(EventLoop, TellsWhenADescriptorIsReadyAndWhenTheOtherEndHasGone) {
  EpollLoop loop;
  Pair pair;
  std::vector<reactor::Readiness> seen;
  Target target([&](reactor::Readiness readiness) { seen.push_back(readiness); });
  ASSERT_TRUE(loop.watch(pair.ends[0], reactor::Interest::Read, target).ok());
  poke(pair.ends[1]);
  ASSERT_TRUE(loop.run_until([&] { return seen.size() == 1; }));
  EXPECT_TRUE(seen[0].readable);
  EXPECT_FALSE(seen[0].ended);
  ::shutdown(pair.ends[1], SHUT_WR);
  ASSERT_TRUE(loop.run_until([&] { return seen.size() == 2; }));
  EXPECT_TRUE(seen[1].ended);
  loop.unwatch(pair.ends[0]);
}

TEST(EventLoop, DropsEventsOfDescriptorsThatWereGivenUpInTheSameTurn) {
  EpollLoop loop;
  Pair first;
  Pair second;
  int calls = 0;
  std::unique_ptr<Target> one;
  std::unique_ptr<Target> two;
  // Whichever comes first takes the other's descriptor away.
  one = std::make_unique<Target>([&](reactor::Readiness) {
    ++calls;
    loop.unwatch(second.ends[0]);
  });
  two = std::make_unique<Target>([&](reactor::Readiness) {
    ++calls;
    loop.unwatch(first.ends[0]);
  });
  ASSERT_TRUE(loop.watch(first.ends[0], reactor::Interest::Read, *one).ok());
  ASSERT_TRUE(loop.watch(second.ends[0], reactor::Interest::Read, *two).ok());
  poke(first.ends[1]);
  poke(second.ends[1]);
  loop.run_once(1s);
  EXPECT_EQ(calls, 1);
  loop.unwatch(first.ends[0]);
  loop.unwatch(second.ends[0]);
}

TEST(EventLoop, KeepsALateEventFromTheNextOwnerOfTheNumber) {
  EpollLoop loop;
  Pair closer;
  Pair old_pair;
  int number = old_pair.ends[0];
  int late_events = 0;
  Target next_owner([&](reactor::Readiness) { ++late_events; });
  std::array<std::unique_ptr<Target>, 2> owners;
  // Both events are in one turn; the first to come closes the other's number and gives it to a quiet new
  // socket.
  int turns_taken = 0;
  Pair fresh;
  const auto replace = [&](int victim) {
    if (turns_taken++ != 0) return;
    loop.unwatch(victim);
    ASSERT_EQ(::dup2(fresh.ends[0], victim), victim);
    ASSERT_TRUE(loop.watch(victim, reactor::Interest::Read, next_owner).ok());
  };
  owners[0] = std::make_unique<Target>([&](reactor::Readiness) { replace(number); });
  owners[1] = std::make_unique<Target>([&](reactor::Readiness) { replace(closer.ends[0]); });
  ASSERT_TRUE(loop.watch(closer.ends[0], reactor::Interest::Read, *owners[0]).ok());
  ASSERT_TRUE(loop.watch(number, reactor::Interest::Read, *owners[1]).ok());
  poke(closer.ends[1]);
  poke(old_pair.ends[1]);
  loop.run_once(1s);
  EXPECT_EQ(late_events, 0);
  poke(fresh.ends[1]);
  EXPECT_TRUE(loop.run_until([&] { return late_events == 1; }));
}

TEST(EventLoop, RunsPostedTasksOfOtherThreads) {
  EpollLoop loop;
  int run = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) loop.post([&run] { ++run; });
    });
  }
  EXPECT_TRUE(loop.run_until([&] { return run == 4000; }));
  for (auto& thread : threads) thread.join();
}

TEST(EventLoop, DestroysTasksThatItNeverRan) {
  auto token = std::make_shared<int>(1);
  {
    EpollLoop loop;
    loop.post([token] {});
    EXPECT_EQ(token.use_count(), 2);
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(EventLoop, RunsDeferredTasksAtTheEndOfTheTurn) {
  EpollLoop loop;
  std::vector<int> order;
  loop.post([&] {
    loop.defer([&] {
      order.push_back(3);
      loop.defer([&] { order.push_back(4); });
    });
    order.push_back(1);
  });
  loop.post([&] { order.push_back(2); });
  loop.run_once(1s);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
}

TEST(EventLoop, FiresTimersAndKeepsItsClockThroughATurn) {
  EpollLoop loop;
  bool fired = false;
  reactor::Timer timer(
      loop.timers(), [](void* flag) { *static_cast<bool*>(flag) = true; }, &fired);
  const auto begun = std::chrono::steady_clock::now();
  timer.set(50ms);
  EXPECT_TRUE(loop.run_until([&] { return fired; }));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 50ms);
  EXPECT_GE(loop.now().steady - begun, 50ms);
}

TEST(EventLoop, SaysWhenADescriptorCannotBeWatched) {
  EpollLoop loop;
  Target target([](reactor::Readiness) {});
  EXPECT_FALSE(loop.watch(-1, reactor::Interest::Read, target).ok());
}

}  // namespace
}  // namespace geminate::test
