#include "backend/keys/quota_limits.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

constexpr auto kRpm = QuotaKind::RequestsPerMinute;
constexpr auto kTpm = QuotaKind::TokensPerMinute;
constexpr auto kRpd = QuotaKind::RequestsPerDay;
constexpr std::int32_t kToday = 20'619;

TEST(QuotaLimits, OfAMinuteAreFirmOnTheDayTheyWereLearntAndTheNext) {
  QuotaLimits limits;
  ASSERT_TRUE(limits.learn(kRpm, 15, kToday));
  EXPECT_EQ(limits.get(kRpm).amount, 15U);
  for (std::int32_t day = kToday; day < kToday + 31; ++day) {
    EXPECT_EQ(limits.is_aged(kRpm, day), day > kToday + 1) << day - kToday;
    EXPECT_EQ(limits.learnt_on(kRpm, day), kToday);
    EXPECT_EQ(limits.get(kRpm).amount, 15U);
  }
}

TEST(QuotaLimits, AreAsGoodAsNewWhenGoogleSaysThemAgain) {
  QuotaLimits limits;
  limits.learn(kTpm, 250'000, kToday);
  EXPECT_TRUE(limits.is_aged(kTpm, kToday + 9));
  EXPECT_TRUE(limits.learn(kTpm, 250'000, kToday + 9)) << "the same amount, on another day";
  EXPECT_FALSE(limits.is_aged(kTpm, kToday + 10));
  EXPECT_EQ(limits.get(kTpm).amount, 250'000U);
  EXPECT_FALSE(limits.learn(kTpm, 250'000, kToday + 9));
}

TEST(QuotaLimits, OfDaysAdminsAndOthersDoNotAge) {
  QuotaLimits limits;
  limits.learn(kRpd, 2'000'000'000, kToday);
  limits.set_by_admin(kRpm, 2'000'000'000);
  limits.learn(kTpm, 1000);
  for (const QuotaKind kind : {kRpd, kRpm, kTpm}) {
    EXPECT_FALSE(limits.is_aged(kind, kToday + 20));
    EXPECT_FALSE(limits.learnt_on(kind, kToday));
  }
  EXPECT_EQ(limits.get(kRpd).amount, 2'000'000'000U);
  EXPECT_EQ(limits.get(kRpm).amount, 2'000'000'000U);
  EXPECT_FALSE(limits.learn(kRpm, 5, kToday)) << "an admin has spoken";
  EXPECT_FALSE(limits.is_aged(QuotaKind::TokensPerDay, kToday)) << "where there is none";
}

TEST(QuotaLimits, BeyondWhatAnybodyUsesInAMinuteAreNone) {
  QuotaLimits limits;
  limits.learn(kTpm, QuotaLimits::kMostOfAMinute, kToday + 30);
  EXPECT_EQ(limits.get(kTpm).amount, QuotaLimits::kMostOfAMinute);
  EXPECT_FALSE(limits.get(kTpm).is_admins);
  EXPECT_TRUE(limits.learn(kTpm, std::int64_t{QuotaLimits::kMostOfAMinute} + 1, kToday));
  EXPECT_EQ(limits.get(kTpm).amount, 0U) << "the smaller one holds no longer";
}

}  // namespace
}  // namespace geminate::keys
