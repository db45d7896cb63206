#include "backend/auth/login_throttle.h"

#include <gtest/gtest.h>

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

const MonotonicTime kStart = MonotonicTime{} + 1000h;

TEST(LoginThrottle, AFewTyposCostNothing) {
  LoginThrottle throttle;
  for (int i = 1; i < LoginThrottle::kFreeFailures; ++i) {
    throttle.failed("192.0.2.1", "admin", kStart);
    EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart)) << i;
  }
  throttle.failed("192.0.2.1", "admin", kStart);
  EXPECT_TRUE(throttle.wait_for("192.0.2.1", kStart));
}

TEST(LoginThrottle, WaitsGrowToALimitAndEnd) {
  LoginThrottle throttle;
  MonotonicTime now = kStart;
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 30; ++i) {
    throttle.failed("192.0.2.1", "admin", now);
    const auto wait = throttle.wait_for("192.0.2.1", now);
    if (!wait) continue;
    EXPECT_GE(*wait, last);
    EXPECT_LE(*wait, LoginThrottle::kLongestWait);
    last = *wait;
    now += *wait;
    EXPECT_FALSE(throttle.wait_for("192.0.2.1", now));
  }
  EXPECT_EQ(last, LoginThrottle::kLongestWait);
}

TEST(LoginThrottle, ASuccessOrAQuietQuarterOfAnHourForgets) {
  LoginThrottle throttle;
  for (int i = 0; i < 10; ++i) throttle.failed("192.0.2.1", "admin", kStart);
  throttle.succeeded("192.0.2.1", "admin");
  EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart));
  for (int i = 0; i < 10; ++i) throttle.failed("192.0.2.2", "admin", kStart);
  const MonotonicTime later = kStart + LoginThrottle::kMemory + 1s;
  throttle.failed("192.0.2.2", "admin", later);
  EXPECT_FALSE(throttle.wait_for("192.0.2.2", later));
}

TEST(LoginThrottle, OthersWrongPasswordsNeverMakeAnAddressWait) {
  LoginThrottle throttle;
  for (int i = 0; i < 2000; ++i)
    throttle.failed("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250), "admin", kStart);
  EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart));
}

TEST(LoginThrottle, AStormFromEverywhereCostsEachAddressAWaitAtOnce) {
  LoginThrottle throttle;
  for (int i = 0; i < 60; ++i)
    throttle.failed("10.0.0." + std::to_string(i), "name " + std::to_string(i), kStart);
  EXPECT_EQ(throttle.wait_for("10.0.0.59", kStart), LoginThrottle::kStrainedWait);
  EXPECT_FALSE(throttle.wait_for("10.0.0.1", kStart));
  throttle.failed("10.0.1.1", "admin", kStart + 10min);
  EXPECT_FALSE(throttle.wait_for("10.0.1.1", kStart + 10min)) << "the storm is over";
}

TEST(LoginThrottle, AnAttackerDoesNotGetAnAddressPerRequestOutOfIpv6) {
  EXPECT_EQ(throttled_address("2001:db8:1:2::1"), throttled_address("2001:db8:1:2:ffff::9"));
  EXPECT_NE(throttled_address("2001:db8:1:2::1"), throttled_address("2001:db8:1:3::1"));
  EXPECT_EQ(throttled_address("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(throttled_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(throttled_address(""), "");
}

TEST(LoginThrottle, GuessesAtOneNameFromEverywhereCostEachAddressALongWait) {
  LoginThrottle throttle;
  MonotonicTime now = kStart;
  // One a second: the bucket over all keeps up, the name's does not.
  for (int i = 0; i < 60; ++i) {
    throttle.failed("10.0.0." + std::to_string(i), "anna", now);
    now += 1s;
  }
  // Now and then there is room for one.
  throttle.failed("10.0.1.1", "anna", now);
  throttle.failed("10.0.1.3", "anna", now);
  EXPECT_EQ(throttle.wait_for("10.0.1.3", now), LoginThrottle::kStrainedNameWait);
  throttle.failed("10.0.1.2", "bert", now);
  EXPECT_FALSE(throttle.wait_for("10.0.1.2", now)) << "another name is not strained";
  EXPECT_FALSE(throttle.wait_for("192.0.2.1", now)) << "nor is anna's own address";
}

TEST(LoginThrottle, AWithdrawnFailureIsNone) {
  LoginThrottle throttle;
  for (int i = 0; i < 1000; ++i) {
    throttle.failed("192.0.2.1", "admin", kStart);
    throttle.withdraw("192.0.2.1", "admin");
  }
  throttle.failed("10.0.0.1", "admin", kStart);
  EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart));
  EXPECT_FALSE(throttle.wait_for("10.0.0.1", kStart)) << "nor did it strain anything";
}

TEST(LoginThrottle, ASuccessForOneNameLeavesTheGuessesAtAnother) {
  LoginThrottle throttle;
  for (int i = 0; i < 10; ++i) throttle.failed("203.0.113.5", "admin", kStart);
  const MonotonicTime later = kStart + LoginThrottle::kLongestWait;
  throttle.failed("203.0.113.5", "mallory", later);
  throttle.succeeded("203.0.113.5", "mallory");
  throttle.failed("203.0.113.5", "admin", later);
  EXPECT_EQ(throttle.wait_for("203.0.113.5", later), LoginThrottle::kLongestWait);
}

TEST(LoginThrottle, MemoryIsBounded) {
  LoginThrottle throttle;
  for (std::size_t i = 0; i < LoginThrottle::kMaxPeers + 50; ++i) {
    throttle.failed("peer " + std::to_string(i), "admin", kStart + std::chrono::milliseconds{i});
  }
  const MonotonicTime now = kStart + std::chrono::milliseconds{LoginThrottle::kMaxPeers + 50};
  EXPECT_TRUE(throttle.wait_for("peer " + std::to_string(LoginThrottle::kMaxPeers + 49), now));
}

}  // namespace
}  // namespace geminate::auth
