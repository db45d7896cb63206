#include "tools/simulation/scenarios.h"

#include <gtest/gtest.h>

namespace geminate::simulation {
namespace {

TEST(ScenariosTest, AsksALimitedProjectNothingUntilItsDelayHasPassedAndServesEverybodyElsewhere) {
  const ScenarioOutcome outcome = play_scenario(one_of_three_limited());
  EXPECT_GE(outcome.geminate.limited, 1);
  EXPECT_EQ(outcome.geminate_early, 0);
  EXPECT_EQ(outcome.geminate.served, outcome.geminate.requests);
  EXPECT_GT(outcome.peer_early, 0) << "the peer is to come back too early, or this scenario shows nothing";
}

TEST(ScenariosTest, AsksNobodyWhenAllAreLimitedAndServesAgainAfterwards) {
  const ScenarioOutcome outcome = play_scenario(all_limited());
  EXPECT_EQ(outcome.geminate_early, 0);
  // Half of the ten minutes lies in the limit; what came while the first answers were on their way is lost
  // too.
  EXPECT_GE(outcome.geminate.served, 1490);
  EXPECT_LT(outcome.geminate.served, 1510);
  EXPECT_LT(outcome.geminate.limited, 10);
}

TEST(ScenariosTest, DoesNotAmplifyAnOutage) {
  const ScenarioOutcome outcome = play_scenario(outage());
  EXPECT_EQ(outcome.geminate.served, 0);
  // A tenth, and the three retries that a fresh process has in hand.
  EXPECT_LE(outcome.geminate.calls, outcome.geminate.requests * 11 / 10 + 3);
}

}  // namespace
}  // namespace geminate::simulation
