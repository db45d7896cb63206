#include "backend/proxy/wait_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/epoll_loop.h"

namespace geminate::proxy {
namespace {

using std::chrono::milliseconds;
using Kind = TurnResult::Kind;

class WaitQueueTest : public ::testing::Test {
 protected:
  /// A request that writes its name down when it has its turn, and gets a lease while there are any.
  struct Request {
    Request(WaitQueueTest& its_test, std::string its_name)
        : test(its_test),
          name(std::move(its_name)),
          waiter([](void* self) { return static_cast<Request*>(self)->take_turn(); }, this) {}

    TurnResult take_turn() {
      test.turns.push_back(name);
      if (test.leases == 0) return {Kind::NotYet, test.again_in};
      --test.leases;
      waiter.leave();
      return {Kind::Served, {}};
    }

    WaitQueueTest& test;
    const std::string name;
    Waiter waiter;
  };
  friend struct Request;
  using Names = std::vector<std::string>;

  Request& wait(const std::string& name, milliseconds back_in = std::chrono::hours{1},
                const std::string& model = "m") {
    requests.push_back(std::make_unique<Request>(*this, name));
    queue.join(requests.back()->waiter, model, back_in);
    return *requests.back();
  }
  void turn() { loop.run_once(milliseconds{0}); }

  test::EpollLoop loop;
  WaitLimits limits{milliseconds{1000}, 3};
  WaitQueue queue{loop, limits};
  int leases = 0;
  milliseconds again_in = std::chrono::hours{1};
  Names turns;
  std::vector<std::unique_ptr<Request>> requests;
};

TEST_F(WaitQueueTest, HasRoomForSoManyAndNoneWhenNobodyIsToWait) {
  wait("a");
  wait("b");
  EXPECT_TRUE(queue.has_room());
  wait("c");
  EXPECT_FALSE(queue.has_room());
  requests.pop_back();
  EXPECT_TRUE(queue.has_room()) << "who leaves frees the place";
  limits.timeout = {};
  EXPECT_FALSE(queue.has_room());
}

TEST_F(WaitQueueTest, TriesWhenTheEarliestKeyReturnsAndNotBefore) {
  wait("a", milliseconds{60});
  EXPECT_GT(queue.back_in("m"), milliseconds{0});
  turn();
  EXPECT_TRUE(turns.empty());
  leases = 1;
  EXPECT_TRUE(loop.run_until([&] { return queue.waiting() == 0; }));
  EXPECT_EQ(turns, Names{"a"});
  EXPECT_FALSE(queue.has_line("m"));
}

TEST_F(WaitQueueTest, AsksAgainWhenThePoolSaysSo) {
  again_in = milliseconds{30};
  wait("a", milliseconds{0});
  EXPECT_TRUE(loop.run_until([&] { return turns.size() == 3; }));
  EXPECT_EQ(queue.waiting(), 1U);
}

TEST_F(WaitQueueTest, GivesTurnsInTheOrderOfArrivalWhenLeasesEnd) {
  auto& first = wait("a");
  auto& second = wait("b");
  wait("c");
  leases = 3;
  queue.lease_ended("m");
  turn();
  EXPECT_EQ(turns, Names{"a"}) << "the next when the first is known to be served";
  queue.answered(first.waiter, "m", WaitQueue::Answer::Served);
  turn();
  EXPECT_EQ(turns, (Names{"a", "b", "c"})) << "then two at once";
  EXPECT_FALSE(second.waiter.is_waiting());
}

TEST_F(WaitQueueTest, OnlyTheFirstAsksWhileNothingComesFree) {
  wait("a");
  wait("b");
  queue.lease_ended("m");
  queue.lease_ended("m");
  turn();
  EXPECT_EQ(turns, Names{"a"});
  EXPECT_EQ(queue.waiting(), 2U);
}

TEST_F(WaitQueueTest, ARefusalMakesTheNextWaitForItsOwnAnswer) {
  auto& first = wait("a");
  auto& second = wait("b");
  wait("c");
  leases = 3;
  queue.lease_ended("m");
  turn();
  queue.answered(first.waiter, "m", WaitQueue::Answer::Refused);
  turn();
  EXPECT_EQ(turns, (Names{"a", "b"}));
  queue.answered(first.waiter, "m", WaitQueue::Answer::Served);
  turn();
  EXPECT_EQ(turns.size(), 2U) << "one answer counts once";
  queue.answered(second.waiter, "m", WaitQueue::Answer::None);
  turn();
  EXPECT_EQ(turns.size(), 3U);
}

TEST_F(WaitQueueTest, DoesNotWaitForeverForAnAnswer) {
  wait("a");
  wait("b");
  leases = 2;
  queue.lease_ended("m");
  turn();
  EXPECT_EQ(queue.waiting(), 1U);
  EXPECT_TRUE(loop.run_until([&] { return queue.waiting() == 0; }));
}

TEST_F(WaitQueueTest, KeepsModelsApart) {
  wait("a", std::chrono::hours{1}, "m");
  wait("x", std::chrono::hours{1}, "other");
  leases = 2;
  queue.lease_ended("other");
  turn();
  EXPECT_EQ(turns, Names{"x"});
  EXPECT_TRUE(queue.has_line("m"));
  EXPECT_FALSE(queue.has_line("other"));
}

TEST_F(WaitQueueTest, PassesOverWhoHasLeft) {
  wait("a");
  wait("b");
  wait("c");
  requests.erase(requests.begin() + 1);
  requests.erase(requests.begin());
  leases = 1;
  queue.lease_ended("m");
  turn();
  EXPECT_EQ(turns, Names{"c"});
}

TEST_F(WaitQueueTest, SurvivesALineThatEndsBeforeItsTurn) {
  wait("a");
  queue.lease_ended("m");
  requests.clear();
  turn();
  EXPECT_TRUE(turns.empty());
  EXPECT_EQ(queue.back_in("m"), milliseconds{0});
}

}  // namespace
}  // namespace geminate::proxy
