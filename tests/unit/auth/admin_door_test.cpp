#include "backend/auth/admin_door.h"

#include <gtest/gtest.h>

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

const std::string kSecret = "correct horse battery staple";

class AdminDoorTest : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }
  Status bearer(std::string_view secret, std::string_view peer) {
    return door_.check_bearer(secret, peer, now_);
  }

  Now now_{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + 1000h};
  AdminDoor door_{Secret(kSecret)};
};

TEST_F(AdminDoorTest, ScriptsMayPresentTheSecretItself) {
  EXPECT_TRUE(bearer(kSecret, "192.0.2.1").ok());
  for (const std::string& wrong :
       {std::string(), kSecret + " ", kSecret.substr(1), std::string(1 << 20, 'x')}) {
    const auto outcome = bearer(wrong, "192.0.2." + std::to_string(wrong.size() % 200));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::Unauthenticated);
  }
}

TEST_F(AdminDoorTest, WithoutASecretNothingIsRight) {
  AdminDoor door{Secret()};
  EXPECT_FALSE(door.is_admin_secret(""));
  EXPECT_FALSE(door.check_bearer("", "192.0.2.1", now_).ok());
}

TEST_F(AdminDoorTest, ManyAttemptsAtOnceAreNoWayAroundTheThrottle) {
  int begun = 0;
  // None of them settled yet: their passwords are still being looked at.
  for (int i = 0; i < 100; ++i) begun += door_.begin_attempt("eve", "203.0.113.5", now_).ok() ? 1 : 0;
  EXPECT_EQ(begun, LoginThrottle::kFreeFailures);
}

TEST_F(AdminDoorTest, WhatWasRightOrIncompleteCostsNothing) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(door_.begin_attempt("Anna", "192.0.2.1", now_).ok()) << i;
    if (i % 2 == 0) {
      door_.succeeded("anna", "192.0.2.1");
    } else {
      door_.withdraw("ANNA", "192.0.2.1");
    }
  }
}

TEST_F(AdminDoorTest, AnAccountOfOnesOwnDoesNotPayForGuessesAtAnothers) {
  int guesses = 0;
  for (int i = 0; i < 100; ++i) {
    if (door_.begin_attempt("admin", "203.0.113.5", now_).ok()) ++guesses;
    if (door_.begin_attempt("mallory", "203.0.113.5", now_).ok()) door_.succeeded("mallory", "203.0.113.5");
  }
  EXPECT_LE(guesses, LoginThrottle::kFreeFailures);
}

TEST_F(AdminDoorTest, OneAddressGuessesAFewTimesAMinute) {
  int evaluated = 0;
  // A thousand guesses in a minute, by both doors.
  for (int i = 0; i < 1000; ++i) {
    pass(60ms);
    const auto outcome = i % 2 == 0 ? bearer("guess " + std::to_string(i), "203.0.113.5")
                                    : door_.begin_attempt("admin", "203.0.113.5", now_);
    if (outcome.ok() || outcome.error().code == ErrorCode::Unauthenticated) {
      ++evaluated;
    } else {
      EXPECT_GT(*outcome.error().retry_after, 0ms);
    }
  }
  EXPECT_LE(evaluated, 15);
  EXPECT_EQ(bearer(kSecret, "203.0.113.5").error().code, ErrorCode::RateLimited);
  EXPECT_TRUE(bearer(kSecret, "192.0.2.1").ok());
  pass(30s);
  EXPECT_TRUE(bearer(kSecret, "203.0.113.5").ok()) << "not even that address for long";
}

/// A thousand wrong attempts a minute at one name, from so many addresses.
int evaluated_in_storm(AdminDoor& door, Now& now, int minutes, int addresses) {
  int evaluated = 0;
  for (int i = 0; i < 1000 * minutes; ++i) {
    now.wall += 60ms;
    now.steady += 60ms;
    const int address = i % addresses;
    const auto peer = "198.51." + std::to_string(address / 250) + "." + std::to_string(address % 250);
    if (door.begin_attempt("admin", peer, now).ok()) ++evaluated;
  }
  return evaluated;
}

TEST_F(AdminDoorTest, AStormFromManyAddressesIsThrottledAndTheAdminGetsIn) {
  constexpr int kMinutes = 60;
  const int evaluated = evaluated_in_storm(door_, now_, kMinutes, 100);
  // A hundred addresses that wait half a minute each.
  EXPECT_LE(evaluated, 100 * (2 * kMinutes + 5));
  ASSERT_TRUE(door_.begin_attempt("admin", "192.0.2.1", now_).ok());
  EXPECT_TRUE(door_.is_admin_secret(kSecret));
  door_.succeeded("admin", "192.0.2.1");
  EXPECT_TRUE(bearer(kSecret, "192.0.2.1").ok());
}

}  // namespace
}  // namespace geminate::auth
