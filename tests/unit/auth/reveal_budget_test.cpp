#include "backend/auth/reveal_budget.h"

#include <gtest/gtest.h>

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

TEST(RevealBudget, IsTenInAnHourForEachAccount) {
  RevealBudget budget;
  MonotonicTime now = MonotonicTime{} + 1000h;
  for (std::size_t i = 0; i < RevealBudget::kMost; ++i) {
    ASSERT_FALSE(budget.wait_for(1, now)) << i;
    budget.take(1, now);
    now += 1min;
  }
  EXPECT_EQ(budget.wait_for(1, now), 50min);
  EXPECT_FALSE(budget.wait_for(2, now));
  now += 50min;
  EXPECT_FALSE(budget.wait_for(1, now));
  budget.take(1, now);
  EXPECT_EQ(budget.wait_for(1, now), 1min) << "it slides along";
}

}  // namespace
}  // namespace geminate::auth
