#include "backend/proxy/retry_policy.h"

#include <gtest/gtest.h>

namespace geminate::proxy {
namespace {

using keys::VerdictKind;

constexpr double kJitter = 0.5;

AttemptsSoFar after(std::uint32_t attempts, std::uint32_t faults = 0, std::uint32_t owners = 0) {
  return {attempts, faults, owners};
}

TEST(RetryPolicy, GoesOnWithAnotherKeyForEveryVerdictAboutTheKey) {
  RetryBudget budget;
  for (const auto verdict :
       {VerdictKind::Dead, VerdictKind::Suspect, VerdictKind::Limited, VerdictKind::NoQuotaForModel}) {
    EXPECT_EQ(decide(verdict, after(1), budget, kJitter).step, NextStep::TryAnotherKey);
    EXPECT_EQ(decide(verdict, after(40), budget, kJitter).step, NextStep::TryAnotherKey) << "no small count";
  }
}

TEST(RetryPolicy, NeverRetriesTheClientsOwnFault) {
  RetryBudget budget;
  EXPECT_EQ(decide(VerdictKind::ClientFault, after(1), budget, kJitter).step, NextStep::GiveUp);
}

TEST(RetryPolicy, TriesUpstreamThreeTimesAtMost) {
  RetryBudget budget;
  EXPECT_EQ(decide(VerdictKind::UpstreamFault, after(1, 1), budget, kJitter).step, NextStep::TryAgain);
  EXPECT_EQ(decide(VerdictKind::UpstreamFault, after(2, 2), budget, kJitter).step, NextStep::TryAgain);
  EXPECT_EQ(decide(VerdictKind::UpstreamFault, after(3, 3), budget, kJitter).step, NextStep::GiveUp);
}

TEST(RetryPolicy, WaitsLongerEachTime) {
  RetryBudget budget;
  const auto first = decide(VerdictKind::UpstreamFault, after(1, 1), budget, kJitter).wait;
  const auto second = decide(VerdictKind::UpstreamFault, after(2, 2), budget, kJitter).wait;
  EXPECT_GT(first.count(), 0);
  EXPECT_GT(second, first);
}

TEST(RetryPolicy, RetriesUpstreamForATenthOfTheRequests) {
  RetryBudget budget;
  while (budget.take()) {
  }
  int retries = 0;
  for (int request = 0; request < 200; ++request) {
    budget.on_request();
    if (decide(VerdictKind::UpstreamFault, after(1, 1), budget, kJitter).step == NextStep::TryAgain)
      ++retries;
  }
  EXPECT_EQ(retries, 20);
}

TEST(RetryPolicy, AsksAFewKeysWhoseFileItIs) {
  RetryBudget budget;
  EXPECT_EQ(decide(VerdictKind::WrongOwner, after(1, 0, 1), budget, kJitter).step, NextStep::TryAnotherKey);
  EXPECT_EQ(decide(VerdictKind::WrongOwner, after(3, 0, 3), budget, kJitter).step, NextStep::GiveUp);
}

TEST(RetryPolicy, EndsSomewhere) {
  RetryBudget budget;
  EXPECT_EQ(decide(VerdictKind::Limited, after(64), budget, kJitter).step, NextStep::GiveUp);
}

}  // namespace
}  // namespace geminate::proxy
