#include "backend/keys/pacific_day.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

Timestamp at(const char* text) { return parse_rfc3339(text).value(); }

TEST(PacificDay, ChangesAtEightInWinterAndAtSevenInSummer) {
  EXPECT_EQ(pacific_day(at("2026-01-15T07:59:59.999Z")) + 1, pacific_day(at("2026-01-15T08:00:00Z")));
  EXPECT_EQ(pacific_day(at("2026-07-15T06:59:59.999Z")) + 1, pacific_day(at("2026-07-15T07:00:00Z")));
}

TEST(PacificDay, CountsDaysFrom1970) {
  EXPECT_EQ(pacific_day(at("1970-01-02T08:00:00Z")), 1);
  EXPECT_EQ(pacific_day(at("2026-01-15T12:00:00Z")), 20'468);
}

struct Year {
  const char* begins;
  const char* ends;
};
// When daylight saving time began and ended in California, by the published tables.
constexpr Year kYears[] = {
    {"2023-03-12T10:00:00Z", "2023-11-05T09:00:00Z"}, {"2024-03-10T10:00:00Z", "2024-11-03T09:00:00Z"},
    {"2025-03-09T10:00:00Z", "2025-11-02T09:00:00Z"}, {"2026-03-08T10:00:00Z", "2026-11-01T09:00:00Z"},
    {"2027-03-14T10:00:00Z", "2027-11-07T09:00:00Z"}, {"2032-03-14T10:00:00Z", "2032-11-07T09:00:00Z"}};

TEST(PacificDay, HasTwentyThreeHoursInSpringAndTwentyFiveInAutumn) {
  for (const Year& year : kYears) {
    const Timestamp spring_begin = next_pacific_midnight(at(year.begins) - 12h);
    const Timestamp spring_end = next_pacific_midnight(spring_begin);
    EXPECT_EQ(spring_end - spring_begin, 23h) << year.begins;
    EXPECT_LT(spring_begin, at(year.begins));
    EXPECT_GT(spring_end, at(year.begins));
    const Timestamp autumn_begin = next_pacific_midnight(at(year.ends) - 12h);
    const Timestamp autumn_end = next_pacific_midnight(autumn_begin);
    EXPECT_EQ(autumn_end - autumn_begin, 25h) << year.ends;
    EXPECT_LT(autumn_begin, at(year.ends));
    EXPECT_GT(autumn_end, at(year.ends));
  }
}

TEST(PacificDay, NextMidnightIsWhereTheDayChangesWhateverTheHour) {
  // Three years, every 53 minutes: no gap, no overlap.
  for (Timestamp time = at("2025-01-01T00:00:00Z"); time < at("2028-01-01T00:00:00Z"); time += 53min) {
    const Timestamp midnight = next_pacific_midnight(time);
    ASSERT_GT(midnight, time);
    ASSERT_LE(midnight - time, 25h);
    ASSERT_EQ(pacific_day(midnight), pacific_day(time) + 1) << format_rfc3339(time);
    ASSERT_EQ(pacific_day(midnight - 1ms), pacific_day(time)) << format_rfc3339(time);
  }
}

}  // namespace
}  // namespace geminate::keys
