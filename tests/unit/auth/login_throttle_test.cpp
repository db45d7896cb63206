#include "backend/auth/login_throttle.h"

#include <gtest/gtest.h>

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

const MonotonicTime kStart = MonotonicTime{} + 1000h;

TEST(LoginThrottle, AFewTyposCostNothing) {
  LoginThrottle throttle;
  for (int i = 1; i < LoginThrottle::kFreeFailures; ++i) {
    throttle.failed("192.0.2.1", kStart);
    EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart)) << i;
  }
  throttle.failed("192.0.2.1", kStart);
  EXPECT_TRUE(throttle.wait_for("192.0.2.1", kStart));
}

TEST(LoginThrottle, WaitsGrowToALimitAndEnd) {
  LoginThrottle throttle;
  MonotonicTime now = kStart;
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 30; ++i) {
    throttle.failed("192.0.2.1", now);
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
  for (int i = 0; i < 10; ++i) throttle.failed("192.0.2.1", kStart);
  throttle.succeeded("192.0.2.1");
  EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart));
  for (int i = 0; i < 10; ++i) throttle.failed("192.0.2.2", kStart);
  const MonotonicTime later = kStart + LoginThrottle::kMemory + 1s;
  throttle.failed("192.0.2.2", later);
  EXPECT_FALSE(throttle.wait_for("192.0.2.2", later));
}

TEST(LoginThrottle, OthersWrongPasswordsNeverMakeAnAddressWait) {
  LoginThrottle throttle;
  for (int i = 0; i < 2000; ++i)
    throttle.failed("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250), kStart);
  EXPECT_FALSE(throttle.wait_for("192.0.2.1", kStart));
}

TEST(LoginThrottle, AStormFromEverywhereCostsEachAddressAWaitAtOnce) {
  LoginThrottle throttle;
  for (int i = 0; i < 60; ++i) throttle.failed("10.0.0." + std::to_string(i), kStart);
  EXPECT_EQ(throttle.wait_for("10.0.0.59", kStart), LoginThrottle::kStrainedWait);
  EXPECT_FALSE(throttle.wait_for("10.0.0.1", kStart));
  throttle.failed("10.0.1.1", kStart + 10min);
  EXPECT_FALSE(throttle.wait_for("10.0.1.1", kStart + 10min)) << "the storm is over";
}

TEST(LoginThrottle, AnAttackerDoesNotGetAnAddressPerRequestOutOfIpv6) {
  EXPECT_EQ(throttled_address("2001:db8:1:2::1"), throttled_address("2001:db8:1:2:ffff::9"));
  EXPECT_NE(throttled_address("2001:db8:1:2::1"), throttled_address("2001:db8:1:3::1"));
  EXPECT_EQ(throttled_address("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(throttled_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(throttled_address(""), "");
}

TEST(LoginThrottle, MemoryIsBounded) {
  LoginThrottle throttle;
  for (std::size_t i = 0; i < LoginThrottle::kMaxPeers + 50; ++i) {
    throttle.failed("peer " + std::to_string(i), kStart + std::chrono::milliseconds{i});
  }
  const MonotonicTime now = kStart + std::chrono::milliseconds{LoginThrottle::kMaxPeers + 50};
  EXPECT_TRUE(throttle.wait_for("peer " + std::to_string(LoginThrottle::kMaxPeers + 49), now));
}

}  // namespace
}  // namespace geminate::auth
