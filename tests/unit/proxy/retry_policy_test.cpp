#include "backend/proxy/retry_policy.h"

#include <gtest/gtest.h>

namespace geminate::proxy {
namespace {

using keys::VerdictKind;
using std::chrono::milliseconds;

constexpr RetryMoment kMoment{milliseconds{600'000}, {}, 0.5};

AttemptsSoFar after(std::uint32_t attempts, std::uint32_t faults = 0, std::uint32_t owners = 0) {
  return {attempts, faults, owners};
}

/// A budget that has seen so much traffic that its reserve is full.
RetryBudget full_budget() {
  RetryBudget budget;
  for (int i = 0; i < 1000; ++i) budget.on_request();
  return budget;
}

RetryDecision after_fault(std::uint32_t faults, const RetryMoment& moment) {
  auto budget = full_budget();
  return decide(VerdictKind::UpstreamFault, after(faults, faults), moment, budget);
}

TEST(RetryPolicy, GoesOnWithAnotherKeyForEveryVerdictAboutTheKey) {
  RetryBudget budget;
  for (const auto verdict :
       {VerdictKind::Dead, VerdictKind::Suspect, VerdictKind::Limited, VerdictKind::NoQuotaForModel}) {
    EXPECT_EQ(decide(verdict, after(1), kMoment, budget).step, NextStep::TryAnotherKey);
    EXPECT_EQ(decide(verdict, after(5000), kMoment, budget).step, NextStep::TryAnotherKey)
        << "the pool and the deadline end it, no count";
  }
  EXPECT_TRUE(budget.take()) << "none of it costs the budget anything";
}

TEST(RetryPolicy, TriesNothingBeyondTheDeadline) {
  RetryBudget budget;
  for (const auto verdict : {VerdictKind::Limited, VerdictKind::WrongOwner, VerdictKind::UpstreamFault}) {
    EXPECT_EQ(decide(verdict, after(1, 1, 1), {milliseconds{0}, {}, 0}, budget).step, NextStep::GiveUp);
  }
}

TEST(RetryPolicy, NeverRetriesTheClientsOwnFaultNorARefusalOfOurAddress) {
  auto budget = full_budget();
  EXPECT_EQ(decide(VerdictKind::ClientFault, after(1), kMoment, budget).step, NextStep::GiveUp);
  EXPECT_EQ(decide(VerdictKind::Egress, after(1), kMoment, budget).step, NextStep::GiveUp);
}

TEST(RetryPolicy, TriesUpstreamThreeTimesAtMost) {
  EXPECT_EQ(after_fault(1, kMoment).step, NextStep::TryAgain);
  EXPECT_EQ(after_fault(2, kMoment).step, NextStep::TryAgain);
  EXPECT_EQ(after_fault(3, kMoment).step, NextStep::GiveUp);
}

TEST(RetryPolicy, PausesLongerEachTimeAndAtRandomFromNothingOn) {
  EXPECT_EQ(after_fault(1, {kMoment.time_left, {}, 0}).wait, milliseconds{0});
  EXPECT_EQ(after_fault(1, {kMoment.time_left, {}, 0.5}).wait, milliseconds{50});
  EXPECT_EQ(after_fault(2, {kMoment.time_left, {}, 0.5}).wait, milliseconds{100});
}

TEST(RetryPolicy, PausesAsLongAsUpstreamAsksAndALittleMore) {
  const auto decision = after_fault(1, {kMoment.time_left, milliseconds{2000}, 0.5});
  EXPECT_EQ(decision.step, NextStep::TryAgain);
  EXPECT_EQ(decision.wait, milliseconds{2050});
}

TEST(RetryPolicy, GivesUpWhenUpstreamAsksForALongPause) {
  EXPECT_EQ(after_fault(1, {kMoment.time_left, milliseconds{30'000}, 0.5}).step, NextStep::GiveUp);
}

TEST(RetryPolicy, NeverPausesBeyondTheDeadlineAndThenSparesTheBudget) {
  RetryBudget budget;
  const RetryMoment moment{milliseconds{40}, {}, 0.5};
  EXPECT_EQ(decide(VerdictKind::UpstreamFault, after(1, 1), moment, budget).step, NextStep::GiveUp);
  EXPECT_TRUE(budget.take());
}

/// Upstream calls for so many requests of which every call fails.
std::uint32_t calls_in_an_outage(std::uint32_t requests, RetryBudget& budget) {
  std::uint32_t calls = 0;
  for (std::uint32_t request = 0; request < requests; ++request) {
    budget.on_request();
    for (std::uint32_t faults = 1;; ++faults) {
      ++calls;
      if (decide(VerdictKind::UpstreamFault, after(faults, faults), kMoment, budget).step == NextStep::GiveUp)
        break;
    }
  }
  return calls;
}

TEST(RetryPolicy, AFreshProcessNeverCallsAnOutageMoreThanElevenTimesForTenRequests) {
  for (const std::uint32_t requests : {10U, 11U, 55U, 200U, 10'000U}) {
    RetryBudget budget;
    EXPECT_LE(calls_in_an_outage(requests, budget), requests + requests / 10) << requests;
  }
}

TEST(RetryPolicy, AfterHealthyTrafficAnOutageGetsATenthAndTheReserveOfThree) {
  auto budget = full_budget();
  const auto calls = calls_in_an_outage(1000, budget);
  EXPECT_LE(calls, 1000U + 100U + 3U);
  EXPECT_GT(calls, 1000U + 100U);
}

TEST(RetryPolicy, RetriesTheVeryFirstRequest) {
  RetryBudget budget;
  EXPECT_EQ(calls_in_an_outage(1, budget), 2U);
}

TEST(RetryPolicy, AsksAFewKeysWhoseFileItIs) {
  RetryBudget budget;
  EXPECT_EQ(decide(VerdictKind::WrongOwner, after(1, 0, 1), kMoment, budget).step, NextStep::TryAnotherKey);
  EXPECT_EQ(decide(VerdictKind::WrongOwner, after(3, 0, 3), kMoment, budget).step, NextStep::GiveUp);
}

}  // namespace
}  // namespace geminate::proxy
