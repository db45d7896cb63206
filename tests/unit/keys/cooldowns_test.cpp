#include "backend/keys/cooldowns.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

const Now kStart{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + 1000h};

Now later(std::chrono::milliseconds time) { return {kStart.wall + time, kStart.steady + time}; }

TEST(Cooldowns, RestExactlyAsLongAsTold) {
  Cooldowns cooldowns;
  const ModelHash model = hash_of_model("gemini-2.5-pro");
  EXPECT_FALSE(cooldowns.rests_for(model, kStart.steady));
  cooldowns.rest("gemini-2.5-pro", "PerMinute", "spent", 36s, kStart);
  EXPECT_EQ(cooldowns.rests_for(model, kStart.steady), 36s);
  EXPECT_EQ(cooldowns.rests_for(model, later(35'999ms).steady), 1ms);
  EXPECT_FALSE(cooldowns.rests_for(model, later(36s).steady));
}

TEST(Cooldowns, ConcernOneModelOnly) {
  Cooldowns cooldowns;
  cooldowns.rest("gemini-2.5-pro", "", "spent", 10s, kStart);
  EXPECT_FALSE(cooldowns.rests_for(hash_of_model("gemini-2.5-flash"), kStart.steady));
  EXPECT_FALSE(cooldowns.rests_for(hash_of_model(""), kStart.steady));
  EXPECT_TRUE(cooldowns.rests_for(hash_of_model("models/gemini-2.5-pro"), kStart.steady))
      << "the same model's long name";
}

TEST(Cooldowns, AModelRestsUntilTheLastOfItsQuotasIsBack) {
  Cooldowns cooldowns;
  cooldowns.rest("m", "PerMinute", "minute", 10s, kStart);
  cooldowns.rest("m", "PerDay", "day", 100s, kStart);
  EXPECT_EQ(cooldowns.rests_for(hash_of_model("m"), kStart.steady), 100s);
  cooldowns.rest("m", "PerDay", "day", 20s, kStart);
  EXPECT_EQ(cooldowns.rests_for(hash_of_model("m"), kStart.steady), 20s) << "Google's last word counts";
}

TEST(Cooldowns, AreListedWithReasonAndTheFirstToEndInFront) {
  Cooldowns cooldowns;
  cooldowns.rest("a", "q1", "first", 60s, kStart);
  cooldowns.rest("b", "q2", "second", 30s, kStart);
  cooldowns.rest("c", "q3", "third", 5s, kStart);
  const auto views = cooldowns.list("project-x", later(10s));
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].model, "b");
  EXPECT_EQ(views[0].quota, "q2");
  EXPECT_EQ(views[0].reason, "second");
  EXPECT_EQ(views[0].project, "project-x");
  EXPECT_EQ(views[0].until, kStart.wall + 30s);
  EXPECT_EQ(views[1].model, "a");
}

TEST(Cooldowns, AClockThatIsSetChangesNothing) {
  Cooldowns cooldowns;
  cooldowns.rest("m", "", "spent", 30s, kStart);
  const Now jumped{kStart.wall + 24h, kStart.steady + 10s};
  EXPECT_EQ(cooldowns.rests_for(hash_of_model("m"), jumped.steady), 20s);
  EXPECT_EQ(cooldowns.list("", jumped).at(0).until, jumped.wall + 20s);
}

TEST(Cooldowns, ForgetTheOneThatEndsFirstWhenThereAreTooMany) {
  Cooldowns cooldowns;
  for (std::size_t i = 0; i <= Cooldowns::kMaxRests; ++i) {
    cooldowns.rest("model-" + std::to_string(i), "", "spent", 10s + i * 1s, kStart);
  }
  EXPECT_EQ(cooldowns.list("", kStart).size(), Cooldowns::kMaxRests);
  EXPECT_FALSE(cooldowns.rests_for(hash_of_model("model-0"), kStart.steady));
  EXPECT_TRUE(cooldowns.rests_for(hash_of_model("model-1"), kStart.steady));
  EXPECT_TRUE(cooldowns.rests_for(hash_of_model("model-32"), kStart.steady));
}

TEST(Cooldowns, ClearEndsThemAll) {
  Cooldowns cooldowns;
  cooldowns.rest("m", "", "spent", 30s, kStart);
  cooldowns.clear();
  EXPECT_FALSE(cooldowns.rests_for(hash_of_model("m"), kStart.steady));
  EXPECT_TRUE(cooldowns.list("", kStart).empty());
  cooldowns.rest("n", "", "spent", 5s, kStart);
  EXPECT_EQ(cooldowns.list("", kStart).size(), 1U);
}

TEST(Cooldowns, NoTimeIsNoRest) {
  Cooldowns cooldowns;
  cooldowns.rest("m", "", "spent", 0s, kStart);
  cooldowns.rest("m", "", "spent", -5s, kStart);
  EXPECT_TRUE(cooldowns.list("", kStart).empty());
}

}  // namespace
}  // namespace geminate::keys
