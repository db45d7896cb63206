#include "tools/simulation/google.h"

#include <gtest/gtest.h>

namespace geminate::simulation {
namespace {

/// Two projects of one key each, the first paid and without limits, and nothing goes wrong by chance.
World quiet_world(const Limits& free) {
  World world;
  world.projects = 2;
  world.paid_projects = 1;
  world.keys_per_project = 1;
  world.models = {{"gemini-2.5-flash", {free, Limits{}}, {}}};
  world.unavailable_share = 0;
  world.short_day_delay_share = 0;
  world.dying_keys = 0;
  world.suspends_a_project = false;
  world.minutes = Minutes::Sliding;
  return world;
}

class GoogleTest : public testing::Test {
 protected:
  static std::int64_t free_key(const Google& google) { return google.project_of(1) == 1 ? 1 : 2; }
  static Cause cause_of(Google& google, Time now, std::int64_t tokens = 100) {
    return google.ask({free_key(google), 0, tokens, 1, 1}, now).cause;
  }
};

TEST_F(GoogleTest, LetsSoManyRequestsThroughInAnySixtySeconds) {
  const World world = quiet_world({2, std::nullopt, std::nullopt});
  Google google(world);
  EXPECT_EQ(cause_of(google, 0), Cause::None);
  EXPECT_EQ(cause_of(google, 40 * kSecond), Cause::None);
  const Answer refused = google.ask({free_key(google), 0, 100, 1, 1}, 50 * kSecond);
  EXPECT_EQ(refused.cause, Cause::MinuteRequests);
  EXPECT_EQ(refused.retry_delay, 10 * kSecond);
  EXPECT_EQ(refused.error.violations.at(0).limit, 2);
  EXPECT_EQ(cause_of(google, 60 * kSecond), Cause::None);
  EXPECT_EQ(cause_of(google, 61 * kSecond), Cause::MinuteRequests);
}

TEST_F(GoogleTest, CountsFixedMinutesFromAMomentOfTheProjectsOwn) {
  World world = quiet_world({1, std::nullopt, std::nullopt});
  world.minutes = Minutes::Fixed;
  Google google(world);
  ASSERT_EQ(cause_of(google, kHour), Cause::None);
  const Time delay = google.ask({free_key(google), 0, 100, 1, 1}, kHour + 1).retry_delay;
  ASSERT_GT(delay, 0);
  ASSERT_LE(delay, kMinute);
  EXPECT_EQ(cause_of(google, kHour + delay), Cause::MinuteRequests);
  EXPECT_EQ(cause_of(google, kHour + 1 + delay), Cause::None);
}

TEST_F(GoogleTest, CountsThePromptAtOnceAndTheAnswerWhenItIsComplete) {
  World world = quiet_world({std::nullopt, 1000, std::nullopt});
  world.answers_count = true;
  Google google(world);
  EXPECT_EQ(cause_of(google, 0, 600), Cause::None);
  EXPECT_EQ(cause_of(google, 1, 401), Cause::MinuteTokens);
  EXPECT_EQ(cause_of(google, 2, 300), Cause::None);
  google.finish(free_key(google), 0, 100, 3);
  EXPECT_EQ(cause_of(google, 4, 1), Cause::MinuteTokens);
  world.answers_count = false;
  EXPECT_EQ(cause_of(google, kHour, 900), Cause::None);
  google.finish(free_key(google), 0, 100, kHour + 1);
  EXPECT_EQ(cause_of(google, kHour + 2, 100), Cause::None);
}

TEST_F(GoogleTest, GivesANewDaysRequestsAtPacificMidnight) {
  const World world = quiet_world({std::nullopt, std::nullopt, 1});
  Google google(world);
  EXPECT_EQ(cause_of(google, kHour), Cause::None);
  const Answer refused = google.ask({free_key(google), 0, 100, 1, 1}, 2 * kHour);
  EXPECT_EQ(refused.cause, Cause::DayRequests);
  EXPECT_EQ(refused.retry_delay, 22 * kHour);
  EXPECT_EQ(refused.error.violations.at(0).quota_id, "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  EXPECT_EQ(cause_of(google, kDay), Cause::None);
}

TEST_F(GoogleTest, SaysOfAModelOutsideTheTierThatItsLimitIsZero) {
  const World world = quiet_world({0, 0, 0});
  Google google(world);
  const Answer refused = google.ask({free_key(google), 0, 100, 1, 1}, 0);
  EXPECT_EQ(keys::judge(refused.error, false).kind, keys::VerdictKind::NoQuotaForModel);
}

TEST_F(GoogleTest, HasVerdictsOfItsRefusalsThatTellTheCause) {
  World world = quiet_world({});
  world.dying_keys = 20;
  world.suspends_a_project = true;
  Google google(world);
  const auto judged = [&](std::int64_t key) {
    const Answer refused = google.ask({key, 0, 100, 1, 1}, kDay - 1);
    return refused.cause == Cause::None ? keys::VerdictKind::Fine : keys::judge(refused.error, false).kind;
  };
  EXPECT_EQ(judged(1), keys::VerdictKind::Dead);
  EXPECT_EQ(judged(2), keys::VerdictKind::Dead);
  world.dying_keys = 0;
  world.unavailable_share = 1;
  Google failing(world);
  const Answer refused = failing.ask({3 - free_key(failing), 0, 100, 1, 1}, 0);
  EXPECT_EQ(keys::judge(refused.error, false).kind, keys::VerdictKind::UpstreamFault);
}

}  // namespace
}  // namespace geminate::simulation
