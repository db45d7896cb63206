#include "backend/auth/session_table.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

class SessionTableTest : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }
  std::string begin(std::int64_t account = 0, std::string_view agent = "Browser/1") {
    return begin_secret(account, agent).reveal();
  }
  Secret begin_secret(std::int64_t account, std::string_view agent) {
    return sessions_.begin(account, "192.0.2.1", agent, now_);
  }
  bool lives(std::string_view secret) { return sessions_.check(secret, now_).has_value(); }

  Now now_{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + 1000h};
  SessionTable sessions_;
};

TEST_F(SessionTableTest, EachLogInGetsASecretOfItsOwn) {
  std::set<std::string> secrets;
  std::set<std::int64_t> numbers;
  for (int i = 0; i < 10; ++i) {
    const std::string secret = begin(3);
    EXPECT_EQ(secret.size(), 64U);
    EXPECT_TRUE(secrets.insert(secret).second);
    const auto session = sessions_.check(secret, now_);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->account_id, 3);
    EXPECT_GT(session->id, 0);
    EXPECT_LT(session->id, std::int64_t{1} << 53) << "browsers' numbers hold it";
    EXPECT_TRUE(numbers.insert(session->id).second);
    EXPECT_EQ(secret.find(std::to_string(session->id)), std::string::npos);
  }
}

TEST_F(SessionTableTest, WhatIsNoSessionIsNone) {
  const std::string secret = begin();
  EXPECT_FALSE(lives(""));
  EXPECT_FALSE(lives(secret.substr(1)));
  EXPECT_FALSE(lives(std::string(64, '0')));
  EXPECT_FALSE(lives(secret + "0"));
}

TEST_F(SessionTableTest, AnIdleOneEndsAfterThirtyMinutes) {
  const std::string secret = begin();
  pass(30min);
  EXPECT_TRUE(lives(secret));
  pass(30min);
  EXPECT_TRUE(lives(secret)) << "being used keeps it alive";
  pass(30min + 1ms);
  EXPECT_TRUE(sessions_.list({}, now_).empty());
  EXPECT_FALSE(lives(secret));
  EXPECT_FALSE(lives(secret));
}

TEST_F(SessionTableTest, EveryOneEndsAfterTwelveHours) {
  const std::string secret = begin();
  for (int i = 0; i < 24; ++i) {
    pass(30min);
    EXPECT_TRUE(lives(secret));
  }
  EXPECT_EQ(sessions_.list({}, now_).at(0).ends_at, now_.wall) << "the list says so beforehand";
  pass(1ms);
  EXPECT_FALSE(lives(secret));
}

TEST_F(SessionTableTest, AJumpOfTheWallClockNeitherEndsNorProlongsOne) {
  const std::string secret = begin();
  now_.wall += 24h;
  EXPECT_TRUE(lives(secret));
  now_.wall -= 48h;
  now_.steady += 30min + 1ms;
  EXPECT_FALSE(lives(secret));
}

TEST_F(SessionTableTest, LookingWhetherOneLivesDoesNotKeepItAlive) {
  const std::string secret = begin();
  const std::int64_t number = sessions_.check(secret, now_)->id;
  pass(20min);
  EXPECT_TRUE(sessions_.lives(number, now_));
  pass(10min + 1ms);
  EXPECT_FALSE(sessions_.lives(number, now_));
  EXPECT_FALSE(sessions_.lives(number + 1, now_));
}

TEST_F(SessionTableTest, EndingOneLeavesTheOthers) {
  const std::string first = begin();
  const std::string second = begin();
  sessions_.end(first);
  sessions_.end("nonsense");
  EXPECT_FALSE(lives(first));
  EXPECT_TRUE(lives(second));
}

TEST_F(SessionTableTest, EndsByNumberOnlyWithinReach) {
  const std::string secret = begin(5);
  const std::int64_t number = sessions_.check(secret, now_)->id;
  EXPECT_FALSE(sessions_.end(number, 6, now_));
  EXPECT_TRUE(lives(secret));
  EXPECT_TRUE(sessions_.end(number, 5, now_));
  EXPECT_FALSE(lives(secret));
  EXPECT_FALSE(sessions_.end(number, {}, now_));
}

TEST_F(SessionTableTest, EndsAllOfAnAccountButTheOneThatAsks) {
  const std::string kept = begin(5);
  const std::string other = begin(5);
  const std::string somebodys = begin(6);
  sessions_.end_of(5, sessions_.check(kept, now_)->id);
  EXPECT_TRUE(lives(kept));
  EXPECT_FALSE(lives(other));
  EXPECT_TRUE(lives(somebodys));
  sessions_.end_of(5);
  EXPECT_FALSE(lives(kept));
}

TEST_F(SessionTableTest, ListsTheLatestFirstAndOneAccountsAlone) {
  (void)begin(1);
  pass(1s);
  (void)begin(2);
  pass(1s);
  (void)begin(1);
  const auto all = sessions_.list({}, now_);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].created_at, now_.wall);
  EXPECT_EQ(all[1].account_id, 2);
  EXPECT_EQ(sessions_.list(1, now_).size(), 2U);
  EXPECT_TRUE(sessions_.list(9, now_).empty());
}

TEST_F(SessionTableTest, ABrowsersNameIsCutAndCleaned) {
  EXPECT_EQ(cleaned_user_agent("Mozilla/5.0 (X11)"), "Mozilla/5.0 (X11)");
  EXPECT_EQ(cleaned_user_agent("a\x1b[31mb\xff\x7f"), "a?[31mb??");
  (void)begin(1, std::string(5000, 'x'));
  EXPECT_EQ(sessions_.list({}, now_).at(0).user_agent.size(), SessionTable::kMaxUserAgent);
}

TEST_F(SessionTableTest, AnAccountWithTooManyLosesItsOwn) {
  const std::string others = begin(1);
  pass(1s);
  const std::string first = begin(2);
  pass(1s);
  std::string last;
  for (std::size_t i = 0; i < SessionTable::kMaxOfAccount; ++i) last = begin(2);
  EXPECT_FALSE(lives(first)) << "the one that was quiet longest made room";
  EXPECT_TRUE(lives(last));
  EXPECT_TRUE(lives(others));
}

TEST_F(SessionTableTest, AreBoundedAltogether) {
  const std::string first = begin(0);
  pass(1s);
  for (std::size_t i = 0; i < SessionTable::kMaxSessions; ++i)
    (void)begin(static_cast<std::int64_t>(1 + i / 50));
  EXPECT_FALSE(lives(first));
  EXPECT_EQ(sessions_.list({}, now_).size(), SessionTable::kMaxSessions);
}

TEST_F(SessionTableTest, HoldsWhileManyThreadsComeAndGo) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 200; ++i) {
        const Secret secret = begin_secret(thread, "Browser");
        EXPECT_TRUE(lives(secret.reveal()));
        if (i % 2 == 0) sessions_.end(secret.reveal());
        if (i % 50 == 0) sessions_.end_of(thread);
        (void)sessions_.list({}, now_);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace geminate::auth
