#include "backend/auth/admin_session.h"

#include <gtest/gtest.h>

#include <set>

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

const std::string kPassword = "correct horse battery staple";

class AdminSessionsTest : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }
  std::string login(std::string_view peer = "192.0.2.1") {
    const auto id = sessions_.login(kPassword, peer, now_);
    EXPECT_TRUE(id.ok());
    return id.ok() ? id->reveal() : "";
  }

  Now now_{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + 1000h};
  AdminSessions sessions_{Secret(kPassword)};
};

TEST_F(AdminSessionsTest, TheRightPasswordOpensASessionOfItsOwnEachTime) {
  std::set<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    const std::string id = login();
    EXPECT_EQ(id.size(), 64U);
    EXPECT_TRUE(ids.insert(id).second);
    EXPECT_TRUE(sessions_.check_session(id, now_));
  }
}

TEST_F(AdminSessionsTest, WrongPasswordsAndSessionsAreRefused) {
  for (const std::string& password :
       {std::string(), kPassword + " ", kPassword.substr(1), std::string(1 << 20, 'x')}) {
    const auto outcome = sessions_.login(password, "192.0.2." + std::to_string(password.size() % 200), now_);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::Unauthenticated);
  }
  const std::string id = login();
  EXPECT_FALSE(sessions_.check_session("", now_));
  EXPECT_FALSE(sessions_.check_session(id.substr(1), now_));
  EXPECT_FALSE(sessions_.check_session(std::string(64, '0'), now_));
  EXPECT_FALSE(sessions_.check_session(kPassword, now_));
}

TEST_F(AdminSessionsTest, WithoutASecretNothingIsRight) {
  AdminSessions sessions{Secret()};
  EXPECT_FALSE(sessions.login("", "192.0.2.1", now_).ok());
  EXPECT_FALSE(sessions.check_bearer("", "192.0.2.1", now_).ok());
}

TEST_F(AdminSessionsTest, AnIdleSessionEndsAfterThirtyMinutes) {
  const std::string id = login();
  pass(30min);
  EXPECT_TRUE(sessions_.check_session(id, now_));
  pass(30min);
  EXPECT_TRUE(sessions_.check_session(id, now_)) << "being used keeps it alive";
  pass(30min + 1ms);
  EXPECT_FALSE(sessions_.check_session(id, now_));
  EXPECT_FALSE(sessions_.check_session(id, now_));
}

TEST_F(AdminSessionsTest, EverySessionEndsAfterTwelveHours) {
  const std::string id = login();
  for (int i = 0; i < 24; ++i) {
    pass(30min);
    EXPECT_TRUE(sessions_.check_session(id, now_));
  }
  pass(1ms);
  EXPECT_FALSE(sessions_.check_session(id, now_));
}

TEST_F(AdminSessionsTest, LogoutEndsOneSessionOnly) {
  const std::string first = login();
  const std::string second = login();
  sessions_.logout(first);
  sessions_.logout("nonsense");
  EXPECT_FALSE(sessions_.check_session(first, now_));
  EXPECT_TRUE(sessions_.check_session(second, now_));
}

TEST_F(AdminSessionsTest, ScriptsMayPresentTheSecretItself) {
  EXPECT_TRUE(sessions_.check_bearer(kPassword, "192.0.2.1", now_).ok());
  EXPECT_EQ(sessions_.check_bearer("wrong", "192.0.2.1", now_).error().code, ErrorCode::Unauthenticated);
}

TEST_F(AdminSessionsTest, GuessingIsThrottledAndTheRealAdminGetsInFromElsewhere) {
  const std::string living = login("192.0.2.9");
  int evaluated = 0;
  // A thousand guesses in a minute, by both doors.
  for (int i = 0; i < 1000; ++i) {
    pass(60ms);
    const std::string guess = "guess " + std::to_string(i);
    const auto outcome = i % 2 == 0 ? Status(sessions_.check_bearer(guess, "203.0.113.5", now_))
                                    : Status(sessions_.login(guess, "203.0.113.5", now_).error());
    if (outcome.error().code == ErrorCode::Unauthenticated) ++evaluated;
    if (outcome.error().code == ErrorCode::RateLimited) {
      EXPECT_GT(*outcome.error().retry_after, 0ms);
    }
  }
  EXPECT_LE(evaluated, 15);
  EXPECT_EQ(sessions_.login(kPassword, "203.0.113.5", now_).error().code, ErrorCode::RateLimited);
  EXPECT_TRUE(sessions_.login(kPassword, "192.0.2.1", now_).ok());
  EXPECT_TRUE(sessions_.check_session(living, now_)) << "who is in stays in";
  pass(30s);
  EXPECT_TRUE(sessions_.login(kPassword, "203.0.113.5", now_).ok()) << "not even that address for long";
}

TEST_F(AdminSessionsTest, SessionsAreBounded) {
  const std::string first = login();
  pass(1s);
  std::string last;
  for (int i = 0; i < 1000; ++i) last = login();
  EXPECT_FALSE(sessions_.check_session(first, now_)) << "the one that was quiet longest made room";
  EXPECT_TRUE(sessions_.check_session(last, now_));
}

}  // namespace
}  // namespace geminate::auth
