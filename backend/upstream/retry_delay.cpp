#include "backend/upstream/retry_delay.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "backend/upstream/http_date.h"
#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

/// Longer delays are no delays; a day covers Google's daily quotas with an hour to spare.
constexpr double kMaxDelaySeconds = 25.0 * 3600;

/// "12.5" at the text's beginning; takes it away.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, fault] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (fault != std::errc{} || !(number >= 0)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// "ms", "s", "m" or "h" at the text's beginning, in seconds; takes it away.
std::optional<double> take_unit(std::string_view& text) {
  struct Unit {
    std::string_view name;
    double seconds;
  };
  for (const Unit unit : {Unit{"ms", 0.001}, Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}}) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.seconds;
  }
  return std::nullopt;
}

/// "1h2m3.5s" at the text's beginning; `text` is what follows. A number without a unit ends it.
Delay take_delay(std::string_view& text) {
  double sum = 0;
  bool any = false;
  while (!text.empty() && is_char(text.front(), kDigitChar)) {
    std::string_view rest = text;
    const auto number = take_number(rest);
    const auto unit = number ? take_unit(rest) : std::nullopt;
    if (!unit) break;
    sum += *number * *unit;
    any = true;
    text = rest;
  }
  return any ? delay_of_seconds(sum) : std::nullopt;
}

}  // namespace

Delay delay_of_seconds(double seconds) {
  if (!(seconds >= 0) || seconds > kMaxDelaySeconds) return std::nullopt;
  // Up, or the call would come back a moment too early; less what binary fractions add of their own.
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000 - 1e-6)));
}

Delay delay_of_duration(std::string_view text) {
  const Delay delay = take_delay(text);
  return text.empty() ? delay : std::nullopt;
}

Delay delay_in_words(std::string_view message) {
  constexpr std::string_view kWords = "retry in ";
  const auto at = std::search(message.begin(), message.end(), kWords.begin(), kWords.end(),
                              [](char a, char b) { return ascii_lower(a) == b; });
  if (at == message.end()) return std::nullopt;
  std::string_view rest = message.substr(static_cast<std::size_t>(at - message.begin()) + kWords.size());
  return take_delay(rest);
}

Delay delay_of_field(std::string_view value, std::string_view date, Timestamp now) {
  value = trim_blanks(value);
  if (const auto at = parse_http_date(value, now)) {
    const auto left = *at - parse_http_date(date, now).value_or(now);
    return delay_of_seconds(std::chrono::duration<double>(left).count());
  }
  const auto seconds = take_number(value);
  return seconds && value.empty() ? delay_of_seconds(*seconds) : std::nullopt;
}

}  // namespace geminate::upstream
