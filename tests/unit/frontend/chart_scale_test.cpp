#include "frontend-wasm/widgets/chart_scale.h"

#include <gtest/gtest.h>

namespace geminate::ui {
namespace {

Timestamp time(const char* text) { return *parse_rfc3339(text); }

std::string labels(const std::vector<TimeTick>& ticks) {
  std::string all;
  for (const TimeTick& tick : ticks) all += tick.label + ' ';
  return all;
}

TEST(ChartScale, ValuesAreRoundAndReachTheHighest) {
  EXPECT_EQ(value_ticks(87, 4), (std::vector<double>{0, 25, 50, 75, 100}));
  EXPECT_EQ(value_ticks(100, 4), (std::vector<double>{0, 25, 50, 75, 100}));
  EXPECT_EQ(value_ticks(1'000'000, 2), (std::vector<double>{0, 500'000, 1'000'000}));
}

TEST(ChartScale, ZerosStillHaveAnAxis) {
  EXPECT_EQ(value_ticks(0, 4, 4), (std::vector<double>{0, 1, 2, 3, 4}));
}

TEST(ChartScale, SmallValuesHaveSmallSteps) {
  const auto ticks = value_ticks(0.0007, 4, 0);
  EXPECT_GE(ticks.back(), 0.0007);
  EXPECT_LE(ticks.size(), 6U);
}

TEST(ChartScale, TimesAreRoundInTheReadersZone) {
  const auto ticks = time_ticks(time("2026-01-31T08:10:00Z"), time("2026-01-31T09:10:00Z"), 8 * 60, 4);
  EXPECT_EQ(labels(ticks), "16:15 16:30 16:45 17:00 ");
  EXPECT_EQ(ticks.front().time, time("2026-01-31T08:15:00Z"));
}

TEST(ChartScale, DaysBeginAtMidnightHere) {
  const auto ticks = time_ticks(time("2026-01-28T00:00:00Z"), time("2026-01-31T00:00:00Z"), 330, 4);
  EXPECT_EQ(labels(ticks), "01-29 01-30 01-31 ");
  EXPECT_EQ(ticks.front().time, time("2026-01-28T18:30:00Z"));
}

TEST(ChartScale, NoMoreTicksThanThereIsRoomFor) {
  const Timestamp from = time("2026-01-01T00:00:00Z");
  for (const int span : {1, 7, 24, 100, 24 * 31, 24 * 400}) {
    const auto ticks = time_ticks(from, from + std::chrono::hours(span), 0, 6);
    EXPECT_LE(ticks.size(), 7U) << span;
    EXPECT_GE(ticks.size(), 1U) << span;
  }
}

}  // namespace
}  // namespace geminate::ui
