#include "frontend-wasm/app/key_query.h"

#include <gtest/gtest.h>

#include "shared/dto/keys.h"

namespace geminate::ui {
namespace {

KeyCondition only(std::string_view text) {
  const KeyConditions read = read_key_query(text);
  EXPECT_FALSE(read.problem) << text;
  EXPECT_EQ(read.all.size(), 1U) << text;
  return read.all.empty() ? KeyCondition{} : read.all.front();
}

std::string problem(std::string_view text) {
  const KeyConditions read = read_key_query(text);
  return read.problem ? Phrasebook(Language::English)(*read.problem).str() : "";
}

constexpr std::uint32_t bit(KeyState state) { return 1U << static_cast<unsigned>(state); }

TEST(KeyQuery, ReadsWordsAndConditionsTogether) {
  const KeyConditions read = read_key_query("  Main state:cooling  used>1,000 -tag:test ");
  ASSERT_FALSE(read.problem);
  ASSERT_EQ(read.all.size(), 4U);
  EXPECT_EQ(read.all[0].words, std::vector<std::string>{"main"});
  EXPECT_EQ(read.all[1].choices, bit(KeyState::Cooling));
  EXPECT_EQ(read.all[2].how, Comparison::Greater);
  EXPECT_EQ(read.all[2].number, 1000);
  EXPECT_TRUE(read.all[3].negated);
  EXPECT_EQ(read.all[3].field, KeyField::Tag);
}

TEST(KeyQuery, TakesOneOfSeveralValues) {
  EXPECT_EQ(only("state:cooling,spent").choices, bit(KeyState::Cooling) | bit(KeyState::Spent));
  EXPECT_EQ(only("tag:a,b").words, (std::vector<std::string>{"a", "b"}));
}

TEST(KeyQuery, TakesTheBeginningOfAValueAndBothLanguages) {
  EXPECT_EQ(only("state:d").choices, bit(KeyState::Dead) | bit(KeyState::Disabled));
  EXPECT_EQ(only("状态：冷却").choices, bit(KeyState::Cooling));
  EXPECT_EQ(only("origin:env").choices, 1U << static_cast<unsigned>(Origin::Environment));
  EXPECT_EQ(only("已用>60万").number, 600'000);
}

TEST(KeyQuery, QuotesKeepBlanksColonsAndCommas) {
  EXPECT_EQ(only("\"state: none, really\"").words, std::vector<std::string>{"state: none, really"});
  EXPECT_EQ(only("project:\"my project\"").words, std::vector<std::string>{"my project"});
}

TEST(KeyQuery, ReadsFiguresAndTimes) {
  EXPECT_EQ(only("used>=1.5k").number, 1500);
  EXPECT_EQ(only("share>80%").number, 80);
  EXPECT_EQ(only("priority=-2").number, -2);
  EXPECT_EQ(only("expires<7d").number, 7.0 * 86'400'000);
  EXPECT_EQ(only("idle>30m").number, 30.0 * 60'000);
  EXPECT_EQ(only("expires:2w").how, Comparison::LessOrEqual);
  EXPECT_TRUE(only("expires:never").none);
  EXPECT_TRUE(only("project:none").none);
  EXPECT_FALSE(only("project:\"none\"").none);
}

TEST(KeyQuery, WhatIsBeingTypedCountsForNothingYet) {
  EXPECT_TRUE(read_key_query("state:").all.empty());
  EXPECT_EQ(problem("state:"), "");
  EXPECT_EQ(only("main used>").words, std::vector<std::string>{"main"});
  EXPECT_EQ(only("\"half a").words, std::vector<std::string>{"half a"});
  EXPECT_EQ(only("-").words, std::vector<std::string>{"-"});
}

TEST(KeyQuery, SaysWhatIsWrong) {
  EXPECT_NE(problem("colour:red").find("no condition “colour”"), std::string::npos);
  EXPECT_NE(problem("colour:red").find("project"), std::string::npos) << "names what there is";
  EXPECT_EQ(problem("project: main"), "“project” needs a value");
  EXPECT_NE(problem("state:tired").find("ready, cooling, spent"), std::string::npos);
  EXPECT_NE(problem("used>many").find("not “many”"), std::string::npos);
  EXPECT_NE(problem("used>.5.1").find("number"), std::string::npos);
  EXPECT_NE(problem("used>--5").find("number"), std::string::npos);
  EXPECT_NE(problem("expires<7").find("7d, 12h or 30m"), std::string::npos);
  EXPECT_NE(problem("expires<-7d").find("time"), std::string::npos);
  EXPECT_NE(problem("project>alpha").find("project:value"), std::string::npos);
}

TEST(KeyQuery, KnowsWhenTypingOnAsksForLess) {
  const auto narrow = [](std::string_view after, std::string_view before) {
    return narrows(read_key_query(after).all, read_key_query(before).all);
  };
  EXPECT_TRUE(narrow("mai", "ma"));
  EXPECT_TRUE(narrow("main", ""));
  EXPECT_TRUE(narrow("main state:dead", "mai"));
  EXPECT_TRUE(narrow("project:alphab used>3", "project:alpha used>3"));
  EXPECT_FALSE(narrow("ma", "mai"));
  EXPECT_FALSE(narrow("-main", "-mai")) << "without less is more";
  EXPECT_FALSE(narrow("tag:a,b", "tag:a"));
  EXPECT_FALSE(narrow("used>30", "used>3")) << "allowed to be in doubt";
  EXPECT_FALSE(narrow("project=alphab", "project=alpha"));
}

}  // namespace
}  // namespace geminate::ui
