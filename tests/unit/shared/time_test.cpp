#include "shared/core/time.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace geminate {
namespace {

Timestamp at(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

TEST(Times, AreWrittenInUtcWithMillisecondsOnlyWhereThereAreSome) {
  EXPECT_EQ(format_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(at(1'769'846'400'000)), "2026-01-31T08:00:00Z");
  EXPECT_EQ(format_rfc3339(at(1'769'846'400'007)), "2026-01-31T08:00:00.007Z");
  EXPECT_EQ(format_rfc3339(at(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Times, ReadWhatTheyWrite) {
  for (std::int64_t moment = -62'000'000'000'000; moment < 250'000'000'000'000; moment += 98'765'432'101) {
    EXPECT_EQ(parse_rfc3339(format_rfc3339(at(moment))), at(moment)) << moment;
  }
}

TEST(Times, TakeAnyZone) {
  EXPECT_EQ(parse_rfc3339("2026-01-31T08:00:00+08:00"), at(1'769'846'400'000 - 8 * 3'600'000));
  EXPECT_EQ(parse_rfc3339("2026-01-31T08:00:00-00:30"), at(1'769'846'400'000 + 30 * 60'000));
  EXPECT_EQ(parse_rfc3339("2026-01-31t08:00:00z"), at(1'769'846'400'000));
}

TEST(Times, CutFractionsToMilliseconds) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.5Z"), at(500));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.123456789Z"), at(123));
}

TEST(Times, KnowLeapYearsAndLeapSeconds) {
  EXPECT_TRUE(parse_rfc3339("2024-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2026-02-29T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(Times, RefuseWhatIsNoTime) {
  const std::vector<std::string> faulty = {
      "",
      "2026",
      "2026-01-31",
      "2026-01-31T08:00:00",
      "2026-01-31 08:00:00Z",
      "2026-01-31T08:00Z",
      "2026-1-31T08:00:00Z",
      "2026-13-01T08:00:00Z",
      "2026-00-01T08:00:00Z",
      "2026-01-32T08:00:00Z",
      "2026-01-31T24:00:00Z",
      "2026-01-31T08:60:00Z",
      "2026-01-31T08:00:61Z",
      "2026-01-31T08:00:00.Z",
      "2026-01-31T08:00:00+24:00",
      "2026-01-31T08:00:00+8:00",
      "2026-01-31T08:00:00+0800",
      "2026-01-31T08:00:00Zulu",
      " 2026-01-31T08:00:00Z",
      "-026-01-31T08:00:00Z",
      std::string("2026-01-31T08:00:00Z\0", 21),
  };
  for (const std::string& text : faulty) EXPECT_FALSE(parse_rfc3339(text)) << text;
}

}  // namespace
}  // namespace geminate
