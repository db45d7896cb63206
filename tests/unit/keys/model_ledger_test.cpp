#include "backend/keys/model_ledger.h"

#include <gtest/gtest.h>

#include "backend/keys/model_table.h"
#include "backend/keys/project.h"

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;
using Kind = LedgerAnswer::Kind;

class ModelLedgerTest : public testing::Test {
 protected:
  [[nodiscard]] LedgerTime time() const { return LedgerTime(now_); }
  void pass(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }
  /// One request that begins and ends at once.
  void spend(std::int64_t tokens = 0) {
    ASSERT_TRUE(ledger_.begin(time(), tokens));
    ledger_.end(time().piece, time().day, tokens, tokens, tokens);
  }
  LedgerAnswer ask(std::int64_t tokens = 0) { return ledger_.ask(time(), tokens, beliefs_); }

  Now now_{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + 1000h};
  QuotaLimits beliefs_;
  NamedProject project_{"alpha"};
  ModelLedger ledger_{project_, 1};
};

TEST_F(ModelLedgerTest, WithoutLimitsEverythingIsFree) {
  for (int i = 0; i < 100; ++i) spend(1'000'000);
  EXPECT_EQ(ask(1'000'000).kind, Kind::Free);
  EXPECT_EQ(ledger_.pressure(time(), beliefs_), 0U);
}

TEST_F(ModelLedgerTest, AMinutesLimitIsFullUntilTheOldestRequestsAreAMinuteOld) {
  ledger_.limits().learn(QuotaKind::RequestsPerMinute, 3);
  spend();
  pass(20s);
  spend();
  spend();
  EXPECT_EQ(ask().kind, Kind::Full);
  const auto wait = std::chrono::milliseconds{ask().wait_ms};
  EXPECT_GE(wait, 40s) << "the first one is 20 seconds old";
  EXPECT_LE(wait, 44s) << "and its piece of four seconds is over by then";
  pass(wait);
  EXPECT_EQ(ask().kind, Kind::Free);
  spend();
  EXPECT_EQ(ask().kind, Kind::Full) << "the other two are still of this minute";
}

TEST_F(ModelLedgerTest, InAnySixtySecondsThereAreNeverMoreThanTheLimit) {
  ledger_.limits().learn(QuotaKind::RequestsPerMinute, 10);
  std::vector<MonotonicTime> admitted;
  for (int i = 0; i < 3000; ++i) {
    if (ask().kind == Kind::Free) {
      spend();
      admitted.push_back(now_.steady);
    }
    pass(137ms);
  }
  ASSERT_GT(admitted.size(), 50U);
  for (std::size_t i = 10; i < admitted.size(); ++i) EXPECT_GE(admitted[i] - admitted[i - 10], 60s) << i;
}

TEST_F(ModelLedgerTest, TokensOfTheMinuteCountWithTheEstimateOfWhoAsks) {
  ledger_.limits().learn(QuotaKind::TokensPerMinute, 1000);
  EXPECT_EQ(ask(5000).kind, Kind::Free) << "what fits no minute is upstream's to refuse";
  spend(700);
  EXPECT_EQ(ask(300).kind, Kind::Free);
  EXPECT_EQ(ask(301).kind, Kind::Full);
}

TEST_F(ModelLedgerTest, SettlingCorrectsTheEstimate) {
  ledger_.limits().learn(QuotaKind::TokensPerMinute, 1000);
  ASSERT_TRUE(ledger_.begin(time(), 900));
  EXPECT_EQ(ask(200).kind, Kind::Full);
  const auto piece = time().piece;
  pass(5s);
  ledger_.end(piece, time().day, 900, 100, 250);
  EXPECT_EQ(ask(200).kind, Kind::Free);
  EXPECT_EQ(ledger_.tokens_on(time().day), 250) << "the day counts prompt and answer";
  EXPECT_EQ(ledger_.minute_use(time()).tokens, 100) << "the minute counts the prompt";
}

TEST_F(ModelLedgerTest, ALimitOfTheMinuteThatWasLearntLongAgoIsBelieved) {
  ledger_.limits().learn(QuotaKind::RequestsPerMinute, 8, time().day);
  for (int i = 0; i < 8; ++i) spend();
  EXPECT_EQ(ask().kind, Kind::Full);
  pass(48h);
  for (int i = 0; i < 8; ++i) spend();
  EXPECT_EQ(ask().kind, Kind::Believed);
  EXPECT_FALSE(ledger_.served(time(), beliefs_)) << "within it nothing is proved";
  ledger_.limits().learn(QuotaKind::RequestsPerMinute, 8, time().day);
  EXPECT_EQ(ask().kind, Kind::Full) << "Google has said it again";
  pass(48h);
  for (int i = 0; i < 11; ++i) spend();
  EXPECT_TRUE(ledger_.served(time(), beliefs_));
  EXPECT_EQ(ask().kind, Kind::Free) << "it has proved wrong";
  EXPECT_EQ(ledger_.limits().get(QuotaKind::RequestsPerMinute).amount, 0U);
}

TEST_F(ModelLedgerTest, SoIsOneOfTokens) {
  ledger_.limits().learn(QuotaKind::TokensPerMinute, 1000, time().day);
  pass(48h);
  spend(1000);
  EXPECT_EQ(ask(1).kind, Kind::Believed);
  spend(100);
  EXPECT_FALSE(ledger_.served(time(), beliefs_)) << "a little beyond proves nothing";
  spend(100);
  EXPECT_TRUE(ledger_.served(time(), beliefs_));
  EXPECT_EQ(ask(5000).kind, Kind::Free);
  ledger_.limits().set_by_admin(QuotaKind::TokensPerMinute, 1000);
  pass(48h);
  spend(2000);
  EXPECT_FALSE(ledger_.served(time(), beliefs_));
  EXPECT_EQ(ask(1).kind, Kind::Full) << "an admin's stays";
}

TEST_F(ModelLedgerTest, ALearntDayIsDoubtfulAndAnAdminsIsFirm) {
  ledger_.limits().learn(QuotaKind::RequestsPerDay, 2);
  spend();
  spend();
  EXPECT_EQ(ask().kind, Kind::Doubtful);
  ledger_.limits().set_by_admin(QuotaKind::RequestsPerDay, 2);
  EXPECT_EQ(ask().kind, Kind::Full);
  EXPECT_EQ(std::chrono::milliseconds{ask().wait_ms},
            parse_rfc3339("2026-06-16T07:00:00Z").value() - now_.wall)
      << "midnight in California";
  pass(std::chrono::milliseconds{ask().wait_ms});
  EXPECT_EQ(ask().kind, Kind::Free);
}

TEST_F(ModelLedgerTest, ADayThatGoogleCallsSpentIsNotCountedAsLess) {
  spend();
  ledger_.limits().learn(QuotaKind::RequestsPerDay, 250);
  ledger_.day_is_spent(time().day, QuotaKind::RequestsPerDay, 250);
  EXPECT_EQ(ledger_.requests_on(time().day), 250);
  EXPECT_EQ(ask().kind, Kind::Doubtful);
  ledger_.day_is_spent(time().day, QuotaKind::TokensPerDay, 1000);
  EXPECT_EQ(ledger_.tokens_on(time().day), 1000);
}

TEST_F(ModelLedgerTest, AnErrorDoesNotOverruleAnAdmin) {
  ledger_.limits().set_by_admin(QuotaKind::RequestsPerMinute, 100);
  EXPECT_FALSE(ledger_.limits().learn(QuotaKind::RequestsPerMinute, 2));
  EXPECT_EQ(ledger_.limits().get(QuotaKind::RequestsPerMinute).amount, 100U);
  ledger_.limits().set_by_admin(QuotaKind::RequestsPerMinute, std::nullopt);
  EXPECT_TRUE(ledger_.limits().learn(QuotaKind::RequestsPerMinute, 2));
}

TEST_F(ModelLedgerTest, WhatOthersTaughtIsBelievedUntilItServesBeyond) {
  beliefs_.lower_to(QuotaKind::RequestsPerDay, 5);
  for (int i = 0; i < 5; ++i) spend();
  EXPECT_EQ(ask().kind, Kind::Believed);
  EXPECT_EQ(ledger_.pressure(time(), beliefs_), 200U);
  spend();
  EXPECT_TRUE(ledger_.served(time(), beliefs_));
  EXPECT_EQ(ask().kind, Kind::Free) << "this project has more than the others";
}

TEST_F(ModelLedgerTest, OnProbationOneRequestAtATimeUntilOneHasServed) {
  ledger_.rest_until(0, true);
  ASSERT_TRUE(ledger_.begin(time(), 0));
  EXPECT_EQ(ask().kind, Kind::Probing);
  EXPECT_FALSE(ledger_.begin(time(), 0));
  EXPECT_TRUE(ledger_.served(time(), beliefs_));
  EXPECT_EQ(ask().kind, Kind::Free);
  EXPECT_TRUE(ledger_.begin(time(), 0));
  EXPECT_EQ(ledger_.in_flight(), 2U);
}

TEST_F(ModelLedgerTest, AProbeThatIsNotRefusedSoonHoldsNobodyUp) {
  ledger_.rest_until(0, true);
  ASSERT_TRUE(ledger_.begin(time(), 0));
  pass(2999ms);
  EXPECT_EQ(ask().kind, Kind::Probing);
  pass(1ms);
  EXPECT_EQ(ask().kind, Kind::Free) << "a refusal would have come by now";
  ASSERT_TRUE(ledger_.begin(time(), 0));
  EXPECT_EQ(ask().kind, Kind::Probing) << "the next one goes ahead alone again";
}

TEST_F(ModelLedgerTest, WhatIsWithdrawnOrRefusedDoesNotCountForTheDay) {
  ASSERT_TRUE(ledger_.begin(time(), 50));
  ledger_.withdraw(time(), 50);
  EXPECT_EQ(ledger_.minute_use(time()).requests, 0);
  EXPECT_EQ(ledger_.requests_on(time().day), 0);
  EXPECT_EQ(ledger_.tokens_on(time().day), 0);
  spend();
  ledger_.refused(time().day);
  EXPECT_EQ(ledger_.requests_on(time().day), 0);
  EXPECT_EQ(ledger_.minute_use(time()).requests, 1) << "upstream may well count what it refused";
}

TEST(QuotaKinds, AreReadFromGooglesNames) {
  EXPECT_EQ(quota_kind_of("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
            QuotaKind::RequestsPerMinute);
  EXPECT_EQ(quota_kind_of("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), QuotaKind::RequestsPerDay);
  EXPECT_EQ(quota_kind_of("GenerateContentInputTokensPerModelPerMinute-FreeTier"),
            QuotaKind::TokensPerMinute);
  EXPECT_EQ(quota_kind_of("GenerateContentPaidTierInputTokensPerModelPerDay"), QuotaKind::TokensPerDay);
  EXPECT_EQ(quota_kind_of("EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier"),
            QuotaKind::RequestsPerMinute);
  EXPECT_FALSE(quota_kind_of("SomethingElse"));
  EXPECT_FALSE(quota_kind_of(""));
}

TEST(ModelTable, GivesEachModelOneNumber) {
  ModelTable table;
  const ModelId flash = table.add("models/gemini-2.5-flash");
  EXPECT_EQ(table.add("gemini-2.5-flash"), flash);
  EXPECT_NE(table.add("gemini-2.5-pro"), flash);
  EXPECT_EQ(table.find(hash_of_model("gemini-2.5-flash")), flash);
  EXPECT_EQ(table.find(hash_of_model("no-such-model")), ModelTable::kUnlisted);
  EXPECT_EQ(table.find(hash_of_model("")), ModelTable::kNoModel);
  EXPECT_EQ(table.name(flash), "gemini-2.5-flash");
}

TEST(ModelTable, IsBounded) {
  ModelTable table;
  for (std::size_t i = 0; i < 2 * ModelTable::kMost; ++i) table.add("model-" + std::to_string(i));
  EXPECT_EQ(table.size(), ModelTable::kMost);
  EXPECT_EQ(table.add("one-more"), ModelTable::kUnlisted);
  EXPECT_NE(table.find(hash_of_model("model-0")), ModelTable::kUnlisted);
}

}  // namespace
}  // namespace geminate::keys
