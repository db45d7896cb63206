#include "frontend-wasm/app/form_values.h"

#include <algorithm>
#include <charconv>

#include "frontend-wasm/text/format.h"
#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [after, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || after != end) return std::nullopt;
  return number;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

/// Digits of a fixed count at the front of `text`, taken off it.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  const auto digits = text.substr(0, count);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  text.remove_prefix(count);
  return whole_number<int>(digits);
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::year_month_day> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return date;
}

std::optional<std::chrono::minutes> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return std::chrono::minutes(*hour * 60 + *minute);
}

template <class Keep>
std::vector<std::string> split(std::string_view text, std::string_view separators, Keep keep) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    const std::string_view part = trimmed(text.substr(0, end));
    if (!part.empty() && keep(parts, part)) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

std::optional<std::optional<std::int64_t>> parse_limit(std::string_view text) {
  std::string digits(trimmed(text));
  if (digits.empty()) return std::optional<std::int64_t>();
  replace_all(digits, ",", "");
  replace_all(digits, "，", "");
  const auto number = whole_number<std::int64_t>(digits);
  if (!number || *number <= 0) return std::nullopt;
  return number;
}

std::string limit_text(const std::optional<std::int64_t>& limit) {
  return limit ? std::to_string(*limit) : std::string();
}

std::optional<std::optional<double>> parse_money(std::string_view text) {
  constexpr std::size_t kDecimals = 6;
  std::string digits(trimmed(text));
  if (!digits.empty() && digits.front() == '$') digits = trimmed(std::string_view(digits).substr(1));
  if (trimmed(text).empty()) return std::optional<double>();
  replace_all(digits, ",", "");
  replace_all(digits, "，", "");
  const std::size_t dot = digits.find('.');
  const std::string fraction = dot == std::string::npos ? "" : digits.substr(dot + 1);
  const std::string whole = dot == 0 ? "0" : digits.substr(0, dot);
  const auto is_figures = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const bool dangling = dot != std::string::npos && fraction.empty();
  if (dangling || whole.empty() || whole.size() > 9 || fraction.size() > kDecimals || !is_figures(whole) ||
      !is_figures(fraction))
    return std::nullopt;
  // std::from_chars for double is not in every library that this is built with.
  const std::string millionths = whole + fraction + std::string(kDecimals - fraction.size(), '0');
  const auto number = whole_number<std::int64_t>(millionths);
  if (!number || *number <= 0) return std::nullopt;
  return std::optional(static_cast<double>(*number) / 1e6);
}

std::string money_text(const std::optional<double>& amount) {
  if (!amount) return {};
  std::string shown = decimal_text(*amount, 6);
  shown.erase(shown.find_last_not_of('0') + 1);
  if (shown.back() == '.') shown.pop_back();
  return shown;
}

std::optional<std::int32_t> parse_integer(std::string_view text) {
  return whole_number<std::int32_t>(trimmed(text));
}

std::optional<std::optional<Timestamp>> parse_local_time(std::string_view text, std::int32_t zone_minutes) {
  text = trimmed(text);
  if (text.empty()) return std::optional<Timestamp>();
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  auto time = std::optional(std::chrono::minutes(0));
  if (!text.empty()) {
    if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
    text = trimmed(text);
    time = take_time(text);
    if (!time || !text.empty()) return std::nullopt;
  }
  return std::optional(Timestamp(std::chrono::sys_days(*date)) + *time - std::chrono::minutes(zone_minutes));
}

std::string local_time_text(const std::optional<Timestamp>& time, std::int32_t zone_minutes) {
  return time ? minute_time(*time, zone_minutes).str() : std::string();
}

std::optional<std::string> parse_text(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::vector<std::string> parse_tags(std::string_view text) {
  std::string plain(text);
  replace_all(plain, "，", ",");
  replace_all(plain, "、", ",");
  return split(plain, ",\n", [](const std::vector<std::string>& before, std::string_view tag) {
    return std::find(before.begin(), before.end(), tag) == before.end();
  });
}

std::string tags_text(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : tags) {
    if (!text.empty()) text += ", ";
    text += tag;
  }
  return text;
}

std::vector<std::string> parse_words(std::string_view text) {
  std::string plain(text);
  for (const std::string_view separator : {"，", "、", "；", ";"}) replace_all(plain, separator, ",");
  return split(plain, ", \t\r\n", [](const std::vector<std::string>& before, std::string_view word) {
    return std::find(before.begin(), before.end(), word) == before.end();
  });
}

std::vector<std::string> split_keys(std::string_view text) {
  return split(text, ", \t\r\n", [](const auto&, std::string_view) { return true; });
}

}  // namespace geminate::ui
