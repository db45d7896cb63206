#include "shared/core/time.h"

#include <string>

#include "shared/core/plain_format.h"

namespace geminate {
namespace {

/// Reads exactly `width` digits and moves past them.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char either, char other) {
  if (text.empty() || (text.front() != either && text.front() != other)) return false;
  text.remove_prefix(1);
  return true;
}
bool take(std::string_view& text, char wanted) { return take(text, wanted, wanted); }

/// The fraction's first three digits as milliseconds; nothing if a dot stands there without digits.
std::optional<int> take_fraction(std::string_view& text) {
  if (text.empty() || text.front() != '.') return 0;
  text.remove_prefix(1);
  int value = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    if (digits < 3) value = value * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return value;
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (take(text, 'Z', 'z')) return std::chrono::minutes{0};
  const bool west = !text.empty() && text.front() == '-';
  if (!take(text, '+', '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return west ? -offset : offset;
}

}  // namespace

std::string format_rfc3339(Timestamp time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const auto of_day = (time - day).count();
  const auto seconds = static_cast<int>(of_day / 1000);
  const auto millis = static_cast<int>(of_day % 1000);
  std::string text = plain_text("%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (millis != 0) text += plain_text(".%03d", millis);
  text += 'Z';
  return text;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d || !take(text, 'T', 't')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  const auto fraction = take_fraction(text);
  if (!second || !fraction) return std::nullopt;
  const auto zone = take_zone(text);
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  // 60 is a leap second, which RFC 3339 allows; it counts as the next minute's first.
  if (!zone || !text.empty() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto of_day = hours{*hour} + minutes{*minute} + seconds{*second} + milliseconds{*fraction};
  return Timestamp{sys_days{date}.time_since_epoch() + of_day - *zone};
}

}  // namespace geminate
