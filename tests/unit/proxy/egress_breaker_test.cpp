#include "backend/proxy/egress_breaker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace geminate::proxy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class EgressBreakerTest : public ::testing::Test {
 protected:
  EgressBreaker::Effect unexplained(std::uint64_t project, bool is_probe = false) {
    return breaker_.on_unexplained(project, is_probe, now_);
  }
  void trip() {
    for (std::uint64_t project = 1; project <= EgressBreaker::kProjects; ++project) unexplained(project);
    ASSERT_TRUE(breaker_.is_open());
  }
  /// Waits until a probe may go; how long that took.
  milliseconds wait_for_probe() {
    const auto wait = breaker_.wait(now_);
    now_ += wait;
    return wait;
  }

  MonotonicTime now_{std::chrono::hours{1}};
  EgressBreaker breaker_{1};
};

TEST_F(EgressBreakerTest, LetsEverybodyThroughWhileNothingIsWrong) {
  const auto admission = breaker_.admit(now_);
  EXPECT_TRUE(admission.may_go);
  EXPECT_FALSE(admission.is_probe);
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(EgressBreakerTest, OpensWhenThreeProjectsAreRefusedWithoutExplanation) {
  EXPECT_FALSE(unexplained(1).is_open);
  EXPECT_FALSE(unexplained(2).is_open);
  const auto third = unexplained(3);
  EXPECT_TRUE(third.is_open);
  EXPECT_TRUE(third.has_tripped);
  const auto admission = breaker_.admit(now_);
  EXPECT_FALSE(admission.may_go);
  EXPECT_GE(admission.wait, seconds{2});
  EXPECT_LE(admission.wait, milliseconds{2500});
}

TEST_F(EgressBreakerTest, StaysClosedWhenOneProjectIsRefusedAgainAndAgain) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(unexplained(7).is_open);
  EXPECT_FALSE(unexplained(8).is_open);
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(EgressBreakerTest, StaysClosedWhenTheRefusalsLieFarApart) {
  for (std::uint64_t project = 1; project <= 10; ++project) {
    EXPECT_FALSE(unexplained(project).is_open);
    now_ += seconds{3};
  }
}

TEST_F(EgressBreakerTest, ASuccessInBetweenClearsTheSuspicion) {
  unexplained(1);
  unexplained(2);
  now_ += milliseconds{10};
  breaker_.on_served(now_);
  EXPECT_FALSE(unexplained(3).is_open);
}

TEST_F(EgressBreakerTest, ASuccessOfAnAttemptThatBeganBeforeSaysNothing) {
  const auto before = now_;
  now_ += milliseconds{10};
  unexplained(1);
  unexplained(2);
  breaker_.on_served(before);
  EXPECT_TRUE(unexplained(3).is_open);
  breaker_.on_served(before);
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(EgressBreakerTest, OpensAtOnceWhenOurAddressIsRefused) {
  EXPECT_TRUE(breaker_.on_egress(false, now_).has_tripped);
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(EgressBreakerTest, LateRefusalsBlameNobodyAndDoNotProlongIt) {
  trip();
  const auto wait = breaker_.wait(now_);
  const auto late = unexplained(9);
  EXPECT_TRUE(late.is_open);
  EXPECT_FALSE(late.has_tripped);
  EXPECT_FALSE(breaker_.on_egress(false, now_).has_tripped);
  EXPECT_EQ(breaker_.wait(now_), wait);
}

TEST_F(EgressBreakerTest, LetsOneProbeThroughAndClosesWhenItIsServed) {
  trip();
  wait_for_probe();
  const auto probe = breaker_.admit(now_);
  EXPECT_TRUE(probe.may_go);
  EXPECT_TRUE(probe.is_probe);
  const auto second = breaker_.admit(now_);
  EXPECT_FALSE(second.may_go);
  EXPECT_LE(second.wait, seconds{1}) << "the probe is answered soon";
  breaker_.on_served(now_);
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_TRUE(breaker_.admit(now_).may_go);
}

TEST_F(EgressBreakerTest, WaitsTwiceAsLongAfterEachFailedProbeUpToAMinuteAndBeginsAnewOnceClosed) {
  trip();
  milliseconds usual{2000};
  for (int i = 0; i < 10; ++i) {
    const auto wait = wait_for_probe();
    EXPECT_GE(wait, usual);
    EXPECT_LE(wait, usual * 5 / 4);
    ASSERT_TRUE(breaker_.admit(now_).is_probe);
    EXPECT_TRUE(unexplained(1, true).has_tripped);
    usual = std::min<milliseconds>(usual * 2, seconds{60});
  }
  wait_for_probe();
  ASSERT_TRUE(breaker_.admit(now_).is_probe);
  breaker_.on_probe_answered();
  EXPECT_FALSE(breaker_.is_open());
  trip();
  EXPECT_LE(breaker_.wait(now_), milliseconds{2500});
}

TEST_F(EgressBreakerTest, AProbeThatSaysNothingMakesRoomForTheNext) {
  trip();
  wait_for_probe();
  ASSERT_TRUE(breaker_.admit(now_).is_probe);
  breaker_.probe_ended();
  EXPECT_TRUE(breaker_.admit(now_).is_probe);
}

TEST_F(EgressBreakerTest, AProbeThatHangsMakesRoomAfterAWhile) {
  trip();
  wait_for_probe();
  ASSERT_TRUE(breaker_.admit(now_).is_probe);
  now_ += EgressBreaker::kProbePatience;
  EXPECT_TRUE(breaker_.admit(now_).is_probe);
}

TEST_F(EgressBreakerTest, PausesDifferFromProcessToProcess) {
  EgressBreaker other{2};
  breaker_.on_egress(false, now_);
  other.on_egress(false, now_);
  EXPECT_NE(breaker_.wait(now_), other.wait(now_));
}

TEST_F(EgressBreakerTest, ManyThreadsSeeOneTripAndGetOneProbe) {
  constexpr int kThreads = 8;
  std::atomic<int> trips{0};
  std::atomic<int> probes{0};
  const auto on_all = [](auto task) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back([i, &task] { task(i); });
    for (auto& thread : threads) thread.join();
  };
  on_all([&](int thread) {
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const auto project = static_cast<std::uint64_t>(thread) * 1000 + i;
      trips += breaker_.on_unexplained(project, false, now_).has_tripped ? 1 : 0;
      breaker_.admit(now_);
    }
  });
  EXPECT_EQ(trips, 1);
  wait_for_probe();
  on_all([&](int) {
    for (int i = 0; i < 1000; ++i) probes += breaker_.admit(now_).is_probe ? 1 : 0;
  });
  EXPECT_EQ(probes, 1);
  on_all([&](int) { breaker_.on_served(now_); });
  EXPECT_FALSE(breaker_.is_open());
}

}  // namespace
}  // namespace geminate::proxy
