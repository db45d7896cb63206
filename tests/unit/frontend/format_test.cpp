#include "frontend-wasm/text/format.h"

#include <gtest/gtest.h>

namespace geminate::ui {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Phrasebook kChinese(Language::Chinese);
const Phrasebook kEnglish(Language::English);

/// 2026-11-23 06:30:00 UTC.
Timestamp noon_or_so() { return Timestamp(std::chrono::seconds(1795415400)); }

TEST(Format, ShortCountsUseTheReadersUnits) {
  EXPECT_EQ(short_count(kChinese, 481'234).str(), "48.1 万");
  EXPECT_EQ(short_count(kChinese, 600'000).str(), "60 万");
  EXPECT_EQ(short_count(kChinese, 123'456'789).str(), "1.2 亿");
  EXPECT_EQ(short_count(kEnglish, 481'234).str(), "481.2K");
  EXPECT_EQ(short_count(kEnglish, 1'284'907).str(), "1.3M");
  EXPECT_EQ(short_count(kEnglish, 2'500'000'000).str(), "2.5B");
}

TEST(Format, SmallCountsStayExact) {
  EXPECT_EQ(short_count(kChinese, 0).str(), "0");
  EXPECT_EQ(short_count(kChinese, 9'999).str(), "9,999");
  EXPECT_EQ(short_count(kEnglish, 9'999).str(), "9,999");
}

TEST(Format, RoundingNeverReachesTheNextUnit) {
  EXPECT_EQ(short_count(kEnglish, 999'949).str(), "999.9K");
  EXPECT_EQ(short_count(kEnglish, 999'950).str(), "1M");
  EXPECT_EQ(short_count(kEnglish, 999'999'999).str(), "1B");
  EXPECT_EQ(short_count(kChinese, 99'999'999).str(), "1 亿");
}

TEST(Format, ExactCountsAreGrouped) {
  EXPECT_EQ(exact_count(1'284'907).str(), "1,284,907");
  EXPECT_EQ(exact_count(999).str(), "999");
  EXPECT_EQ(exact_count(-1'000).str(), "-1,000");
}

TEST(Format, PastTimesAreTold) {
  const Timestamp now = noon_or_so();
  EXPECT_EQ(relative_time(kChinese, now - seconds(1), now, 0).str(), "刚刚");
  EXPECT_EQ(relative_time(kChinese, now - seconds(12), now, 0).str(), "12 秒前");
  EXPECT_EQ(relative_time(kChinese, now - minutes(41), now, 0).str(), "41 分钟前");
  EXPECT_EQ(relative_time(kChinese, now - hours(2), now, 0).str(), "2 小时前");
  EXPECT_EQ(relative_time(kChinese, now - hours(20), now, 0).str(), "昨天");
  EXPECT_EQ(relative_time(kEnglish, now - hours(72), now, 0).str(), "3 d ago");
  EXPECT_EQ(relative_time(kEnglish, now - hours(24 * 59), now, 0).str(), "59 d ago");
  EXPECT_EQ(relative_time(kEnglish, now - hours(24 * 60), now, 0).str(), "2 months ago");
  EXPECT_EQ(relative_time(kEnglish, now - hours(24 * 2522), now, 0).str(), "6 years ago");
  EXPECT_EQ(relative_time(kEnglish, now + hours(24 * 400), now, 0).str(), "in 13 months");
}

TEST(Format, YesterdayIsTheReadersOwn) {
  // 06:30 UTC is 01:30 in New York, where seven hours ago was the day before.
  const Timestamp now = noon_or_so();
  EXPECT_EQ(relative_time(kEnglish, now - hours(7), now, -5 * 60).str(), "yesterday");
  EXPECT_EQ(relative_time(kEnglish, now - hours(6) - minutes(1), now, 0).str(), "6 h ago");
}

TEST(Format, AServerClockSlightlyAheadIsJustNow) {
  const Timestamp now = noon_or_so();
  EXPECT_EQ(relative_time(kEnglish, now + seconds(2), now, 0).str(), "just now");
}

TEST(Format, WaitsCountDownBelowAnHour) {
  const Timestamp now = noon_or_so();
  EXPECT_EQ(until_time(kChinese, now + seconds(12), now, 0).str(), "0:12");
  EXPECT_EQ(until_time(kChinese, now + minutes(10) + seconds(5), now, 0).str(), "10:05");
  EXPECT_EQ(until_time(kChinese, now - seconds(5), now, 0).str(), "0:00");
  EXPECT_TRUE(counts_down(now + seconds(12), now));
  EXPECT_FALSE(counts_down(now + hours(2), now));
  EXPECT_FALSE(counts_down(now - seconds(1), now));
}

TEST(Format, LongWaitsNameTheHour) {
  const Timestamp now = noon_or_so();
  EXPECT_EQ(until_time(kChinese, now + hours(2), now, 8 * 60).str(), "16:30");
  EXPECT_EQ(until_time(kChinese, now + hours(24), now, 8 * 60).str(), "明天 14:30");
  EXPECT_EQ(until_time(kEnglish, now + hours(96), now, 8 * 60).str(), "in 4 d");
}

TEST(Format, ExactTimesAreLocal) {
  EXPECT_EQ(exact_time(noon_or_so(), 8 * 60).str(), "2026-11-23 14:30:00");
  EXPECT_EQ(time_and_utc(noon_or_so(), 8 * 60).str(), "2026-11-23 14:30:00 · 06:30:00 UTC");
  EXPECT_EQ(time_and_utc(noon_or_so(), -8 * 60).str(), "2026-11-22 22:30:00 · 2026-11-23 06:30:00 UTC");
  EXPECT_EQ(time_and_utc(noon_or_so(), 0).str(), "2026-11-23 06:30:00 UTC");
  EXPECT_EQ(minute_time(noon_or_so(), -7 * 60).str(), "2026-11-22 23:30");
}

}  // namespace
}  // namespace geminate::ui
