#include "backend/keys/key_import.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

bool nothing_is_known(const Secret&) { return false; }

Result<ImportPlan> plan_text(std::string text, const std::function<bool(const Secret&)>& is_known) {
  return plan_import({std::move(text)}, is_known);
}

KeyDraft draft(std::string text, std::string project) {
  KeyDraft draft;
  draft.key_string = std::move(text);
  draft.project = std::move(project);
  return draft;
}

std::vector<std::string> texts_of(const ImportPlan& plan) {
  std::vector<std::string> texts;
  for (const UpstreamKey& row : plan.rows) texts.push_back(row.text.reveal());
  return texts;
}

TEST(KeyImport, TakesLinesCommasAndBlanksApart) {
  const auto plan = plan_text("a1,b2\r\nc3\td4  e5,,\n\n,f6", nothing_is_known);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(texts_of(*plan), (std::vector<std::string>{"a1", "b2", "c3", "d4", "e5", "f6"}));
}

TEST(KeyImport, TakesWhatAChineseInputMethodLeavesBehind) {
  EXPECT_EQ(texts_of(*plan_text("a1，b2、c3　d4", nothing_is_known)),
            (std::vector<std::string>{"a1", "b2", "c3", "d4"}));
}

TEST(KeyImport, CountsWhatIsThereAlreadyOrTwiceInTheText) {
  const auto plan = plan_text("new old new old2 other", [](const Secret& text) {
    return text.reveal() == "old" || text.reveal() == "old2";
  });
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(texts_of(*plan), (std::vector<std::string>{"new", "other"}));
  EXPECT_EQ(plan->duplicates, (std::vector<std::int64_t>{2, 3, 4}));
  EXPECT_TRUE(plan->rejected.empty());
}

TEST(KeyImport, RejectsWithPositionReasonAndNoMoreThanTheEnd) {
  const auto plan =
      plan_text("good1 sk-密钥-abcd good2 " + std::string(5000, 'x') + " \x01", nothing_is_known);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(texts_of(*plan), (std::vector<std::string>{"good1", "good2"}));
  ASSERT_EQ(plan->rejected.size(), 3U);
  EXPECT_EQ(plan->rejected[0].position, 2);
  EXPECT_EQ(plan->rejected[0].key_preview, "abcd");
  EXPECT_FALSE(plan->rejected[0].reason.empty());
  EXPECT_EQ(plan->rejected[0].fault, KeyRejection::NotPlain);
  EXPECT_EQ(plan->rejected[1].fault, KeyRejection::TooLong);
  EXPECT_EQ(plan->rejected[1].position, 4);
  EXPECT_EQ(plan->rejected[1].key_preview, "xxxx");
  EXPECT_EQ(plan->rejected[2].position, 5);
  EXPECT_EQ(plan->rejected[2].key_preview, "");
}

TEST(KeyImport, APreviewIsAlwaysPlainText) {
  const auto plan = plan_text("AIzaSyWithBrokenEnd密钥密钥", nothing_is_known);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->rejected.at(0).key_preview, "????");
}

TEST(KeyImport, RefusesATextWithoutKeysAndOneWithTooMany) {
  for (const char* text : {"", "  \n , ,"}) {
    const auto plan = plan_text(text, nothing_is_known);
    ASSERT_FALSE(plan.ok());
    EXPECT_EQ(plan.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(plan.error().field, "text");
  }
  std::string many;
  for (std::size_t i = 0; i < kMaxImport; ++i) many += "key\n";
  const auto most = plan_text(many, nothing_is_known);
  ASSERT_TRUE(most.ok());
  EXPECT_EQ(most->rows.size(), 1U);
  EXPECT_EQ(most->duplicates.size(), kMaxImport - 1);
  EXPECT_FALSE(plan_text(many + "one-more", nothing_is_known).ok());
}

TEST(KeyImport, TakesSingleKeysWithTheirSettings) {
  const auto plan =
      plan_import({{}, std::vector{draft(" a1 ", "alpha"), draft("a1", "beta"), draft("b2", "beta")}, {}},
                  nothing_is_known);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(texts_of(*plan), (std::vector<std::string>{"a1", "b2"}));
  EXPECT_EQ(plan->rows[0].project, "alpha");
  EXPECT_EQ(plan->rows[1].project, "beta");
  EXPECT_EQ(plan->duplicates, std::vector<std::int64_t>{2});
}

TEST(KeyImport, TellsAFaultOfTheKeyFromOneOfItsSettings) {
  const auto plan = plan_import(
      {{}, std::vector{draft("two words", "a"), draft("", "a"), draft("c3", std::string(300, 'p'))}, {}},
      nothing_is_known);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->rejected.size(), 3U);
  EXPECT_EQ(plan->rejected[0].fault, KeyRejection::NotPlain);
  EXPECT_EQ(plan->rejected[1].fault, KeyRejection::Empty);
  EXPECT_EQ(plan->rejected[2].fault, KeyRejection::Setting);
  EXPECT_NE(plan->rejected[2].reason.find("project"), std::string::npos);
}

TEST(KeyImport, RefusesATextTogetherWithSingleKeysAndAnEmptyList) {
  EXPECT_EQ(plan_import({"a1", std::vector{draft("b2", "")}, {}}, nothing_is_known).error().field, "keys");
  EXPECT_EQ(plan_import({{}, std::vector<KeyDraft>{}, {}}, nothing_is_known).error().field, "keys");
  EXPECT_FALSE(plan_import({{}, std::vector<KeyDraft>(kMaxImport + 1), {}}, nothing_is_known).ok());
}

}  // namespace
}  // namespace geminate::keys
