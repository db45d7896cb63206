#include "backend/upstream/retry_delay.h"

#include <gtest/gtest.h>

#include <string>

namespace geminate::upstream {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = parse_rfc3339("2026-11-27T08:00:00Z").value();

TEST(RetryDelay, ReadsDurations) {
  EXPECT_EQ(delay_of_duration("36s"), 36s);
  EXPECT_EQ(delay_of_duration("36.5s"), 36'500ms);
  EXPECT_EQ(delay_of_duration("0.5s"), 500ms);
  EXPECT_EQ(delay_of_duration("58.821668433s"), 58'822ms) << "never a moment too early";
  EXPECT_EQ(delay_of_duration("1m"), 60s);
  EXPECT_EQ(delay_of_duration("1m30s"), 90s);
  EXPECT_EQ(delay_of_duration("350.1ms"), 351ms);
  EXPECT_EQ(delay_of_duration("0s"), 0ms);
  EXPECT_EQ(delay_of_duration("86400s"), 24h);
}

TEST(RetryDelay, TakesNothingElseForADuration) {
  for (const char* wrong : {"", "s", "12", "-1s", "12.5 s", "1e9s", "nans", "infs", "0x10s", "12sx", "s12",
                            " 5s", "99999999s", "1000000h", "99999999999999999999999999999s"}) {
    EXPECT_FALSE(delay_of_duration(wrong)) << wrong;
  }
}

TEST(RetryDelay, ReadsWords) {
  EXPECT_EQ(delay_in_words("Quota exceeded.\nPlease retry in 12.5s."), 12'500ms);
  EXPECT_EQ(delay_in_words("Retry in 1h2m3.5s"), 3'723'500ms);
  EXPECT_EQ(delay_in_words("retry in 350.1ms."), 351ms);
  for (const char* wrong :
       {"retry in a while", "retry in 5", "retry in ", "retry in -5s", "try in 5s", "retry in 99999999s"}) {
    EXPECT_FALSE(delay_in_words(wrong)) << wrong;
  }
  std::string endless = "retry in ";
  for (int i = 0; i < 10'000; ++i) endless += "9h";
  EXPECT_FALSE(delay_in_words(endless));
}

TEST(RetryDelay, ReadsTheField) {
  const auto read = [](std::string_view value) { return delay_of_field(value, {}, kNow); };
  EXPECT_EQ(read("30"), 30s);
  EXPECT_EQ(read(" 1.5 "), 1'500ms);
  for (const char* wrong : {"", "-1", "30s", "1e3", "999999999", "soon"}) EXPECT_FALSE(read(wrong)) << wrong;
}

TEST(RetryDelay, ReadsTheFieldsDateByUpstreamsClock) {
  constexpr std::string_view kAt = "Fri, 27 Nov 2026 08:00:30 GMT";
  EXPECT_EQ(delay_of_field(kAt, "Fri, 27 Nov 2026 08:00:10 GMT", kNow), 20s);
  EXPECT_EQ(delay_of_field(kAt, "Fri, 27 Nov 2026 05:00:30 GMT", kNow), 3h) << "whatever our clock says";
  EXPECT_EQ(delay_of_field(kAt, {}, kNow), 30s) << "without its date, ours";
  EXPECT_EQ(delay_of_field(kAt, "yesterday", kNow + 250ms), 29'750ms);
  EXPECT_EQ(delay_of_field(kAt, kAt, kNow), 0s);
  EXPECT_FALSE(delay_of_field(kAt, "Fri, 27 Nov 2026 08:00:31 GMT", kNow)) << "over already";
  EXPECT_FALSE(delay_of_field("Mon, 30 Nov 2026 08:00:00 GMT", {}, kNow)) << "longer than any quota";
}

}  // namespace
}  // namespace geminate::upstream
