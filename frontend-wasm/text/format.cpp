#include "frontend-wasm/text/format.h"

#include <array>
#include <chrono>
#include <string>

#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

using std::chrono::floor;
using std::chrono::minutes;
using std::chrono::seconds;

struct Step {
  double unit;
  TextId text;
};
constexpr std::array<Step, 3> kChineseSteps = {
    {{1e4, TextId::CountSmall}, {1e8, TextId::CountLarge}, {1e12, TextId::CountHuge}}};
constexpr std::array<Step, 3> kEnglishSteps = {
    {{1e3, TextId::CountSmall}, {1e6, TextId::CountLarge}, {1e9, TextId::CountHuge}}};
constexpr std::int64_t kExactBelow = 10'000;

/// One decimal where it says something: "48.1", "9.2", "1284", "30".
std::string with_one_decimal(double value) {
  const auto tenths = static_cast<std::int64_t>(value * 10 + 0.5);
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0 && tenths < 10'000) text += '.' + std::to_string(tenths % 10);
  return text;
}

Timestamp shifted(Timestamp time, std::int32_t zone_minutes) { return time + minutes(zone_minutes); }

struct Clock {
  int year, hour, minute, second;
  unsigned month, day;
};

Clock clock_of(Timestamp time, std::int32_t zone_minutes) {
  const Timestamp local = shifted(time, zone_minutes);
  const auto day = floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const auto passed = floor<seconds>(local - day).count();
  return {static_cast<int>(date.year()),       static_cast<int>(passed / 3600),
          static_cast<int>(passed / 60 % 60),  static_cast<int>(passed % 60),
          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

std::int64_t days_between(Timestamp earlier, Timestamp later, std::int32_t zone_minutes) {
  using std::chrono::days;
  return (floor<days>(shifted(later, zone_minutes)) - floor<days>(shifted(earlier, zone_minutes))).count();
}

std::string hour_and_minute(Timestamp time, std::int32_t zone_minutes) {
  const Clock clock = clock_of(time, zone_minutes);
  return plain_text("%02d:%02d", clock.hour, clock.minute);
}

/// "0:12", "12:07".
std::string countdown(std::int64_t left) {
  return plain_text("%lld:%02lld", static_cast<long long>(left / 60), static_cast<long long>(left % 60));
}

/// Days as one would say it: in months beyond two of them, in years beyond two of those.
Text in_days(const Phrasebook& say, std::int64_t days, TextId few, TextId months, TextId years) {
  if (days < 60) return say(few, {std::to_string(days)});
  if (days < 730) return say(months, {std::to_string(days / 30)});
  return say(years, {std::to_string(days / 365)});
}

Text ago(const Phrasebook& say, std::int64_t passed, std::int64_t days) {
  if (passed < 3) return say(TextId::JustNow);
  if (passed < 60) return say(TextId::SecondsAgo, {std::to_string(passed)});
  if (passed < 3600) return say(TextId::MinutesAgo, {std::to_string(passed / 60)});
  if (days == 0 || passed < 6 * 3600) return say(TextId::HoursAgo, {std::to_string(passed / 3600)});
  if (days == 1) return say(TextId::Yesterday);
  return in_days(say, days, TextId::DaysAgo, TextId::MonthsAgo, TextId::YearsAgo);
}

Text ahead(const Phrasebook& say, std::int64_t left, std::int64_t days) {
  if (left < 60) return say(TextId::InSeconds, {std::to_string(left)});
  if (left < 3600) return say(TextId::InMinutes, {std::to_string(left / 60)});
  if (days == 0 || left < 24 * 3600) return say(TextId::InHours, {std::to_string(left / 3600)});
  return in_days(say, days, TextId::InDays, TextId::InMonths, TextId::InYears);
}

}  // namespace

Text short_count(const Phrasebook& say, std::int64_t count) {
  if (count < kExactBelow) return exact_count(count);
  const auto& steps = say.language() == Language::Chinese ? kChineseSteps : kEnglishSteps;
  const auto value = static_cast<double>(count);
  std::size_t step = 0;
  // 999,960 must become "1M", not "1000K": what counts is the number after rounding.
  while (step + 1 < steps.size() && value + steps[step].unit / 20 >= steps[step + 1].unit) ++step;
  return say(steps[step].text, {with_one_decimal(value / steps[step].unit)});
}

Text exact_count(std::int64_t count) {
  std::string digits = std::to_string(count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return Text::verbatim(digits);
}

Text relative_time(const Phrasebook& say, Timestamp time, Timestamp now, std::int32_t zone_minutes) {
  // The server's clock may be a little ahead of this one.
  if (time > now && time - now < seconds(3)) return say(TextId::JustNow);
  if (time <= now) return ago(say, floor<seconds>(now - time).count(), days_between(time, now, zone_minutes));
  return ahead(say, floor<seconds>(time - now).count(), days_between(now, time, zone_minutes));
}

Text exact_time(Timestamp time, std::int32_t zone_minutes) {
  const Clock clock = clock_of(time, zone_minutes);
  return Text::verbatim(plain_text("%04d-%02u-%02u %02d:%02d:%02d", clock.year, clock.month, clock.day,
                                   clock.hour, clock.minute, clock.second));
}

Text time_and_utc(Timestamp time, std::int32_t zone_minutes) {
  constexpr std::size_t kDate = 11;  // with the blank behind it
  const std::string here = exact_time(time, zone_minutes).str();
  if (zone_minutes == 0) return Text::verbatim(here + " UTC");
  std::string there = exact_time(time, 0).str();
  if (there.substr(0, kDate) == here.substr(0, kDate)) there.erase(0, kDate);
  return Text::verbatim(here + " · " + there + " UTC");
}

Text minute_time(Timestamp time, std::int32_t zone_minutes) {
  const Clock clock = clock_of(time, zone_minutes);
  return Text::verbatim(
      plain_text("%04d-%02u-%02u %02d:%02d", clock.year, clock.month, clock.day, clock.hour, clock.minute));
}

bool counts_down(Timestamp until, Timestamp now) {
  return until > now && until - now < std::chrono::hours(1);
}

Text until_time(const Phrasebook& say, Timestamp until, Timestamp now, std::int32_t zone_minutes) {
  if (until <= now) return Text::verbatim(countdown(0));
  // Rounded up: a countdown that stands at 0:00 should be over.
  if (counts_down(until, now))
    return Text::verbatim(countdown(std::chrono::ceil<seconds>(until - now).count()));
  const std::int64_t days = days_between(now, until, zone_minutes);
  if (days == 0) return Text::verbatim(hour_and_minute(until, zone_minutes));
  if (days == 1) return say(TextId::Tomorrow, {hour_and_minute(until, zone_minutes)});
  return in_days(say, days, TextId::InDays, TextId::InMonths, TextId::InYears);
}

}  // namespace geminate::ui
