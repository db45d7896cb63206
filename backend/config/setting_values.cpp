#include "backend/config/setting_values.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace geminate::config {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

struct Scale {
  std::string_view suffix;
  std::string_view short_suffix;
  std::uint64_t bytes;
};
constexpr std::array kScales = {Scale{"gib", "g", 1024ULL * 1024 * 1024}, Scale{"mib", "m", 1024ULL * 1024},
                                Scale{"kib", "k", 1024ULL}};

/// Takes a size's suffix off and says how many bytes it stands for.
std::uint64_t take_scale(std::string& text) {
  for (const Scale& scale : kScales) {
    for (const std::string_view suffix : {scale.suffix, scale.short_suffix}) {
      if (!text.ends_with(suffix)) continue;
      text.resize(text.size() - suffix.size());
      return scale.bytes;
    }
  }
  return 1;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view without_blanks_around(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<std::uint64_t> number_value(std::string_view text, Unit unit) {
  std::string digits = lower_case(without_blanks_around(text));
  const std::uint64_t scale = unit == Unit::Bytes ? take_scale(digits) : 1;
  digits = without_blanks_around(digits);
  if (digits.empty()) return std::nullopt;
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    // More than any range allows is still a number: it is to be called out of range, not malformed.
    value = value > (kMax - digit) / 10 ? kMax : value * 10 + digit;
  }
  return value > kMax / scale ? kMax : value * scale;
}

std::string number_text(std::uint64_t value, Unit unit) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 3> kNames = {
      {{" GiB", kScales[0].bytes}, {" MiB", kScales[1].bytes}, {" KiB", kScales[2].bytes}}};
  if (unit == Unit::Bytes && value > 0) {
    for (const auto& [name, bytes] : kNames) {
      if (value % bytes == 0) return std::to_string(value / bytes) + std::string(name);
    }
  }
  return std::to_string(value);
}

std::string number_choices(const SettingFacts& facts) {
  const std::string range =
      number_text(facts.least, facts.unit) + " to " + number_text(facts.most, facts.unit);
  switch (facts.unit) {
    case Unit::Bytes:
      return "a size from " + range + " (bytes, or with KiB, MiB, GiB)";
    case Unit::Seconds:
      return "seconds, from " + range;
    case Unit::None:
      break;
  }
  return "a number from " + range;
}

std::string number_choices_chinese(const SettingFacts& facts) {
  const std::string range =
      number_text(facts.least, facts.unit) + " 至 " + number_text(facts.most, facts.unit);
  switch (facts.unit) {
    case Unit::Bytes:
      return "大小，" + range + "（字节，或带 KiB、MiB、GiB）";
    case Unit::Seconds:
      return "秒数，" + range;
    case Unit::None:
      break;
  }
  return "数字，" + range;
}

std::vector<std::string> list_value(std::string_view text, bool blanks_separate) {
  std::string separators = ",\n\r";
  if (blanks_separate) separators += kBlanks;
  std::vector<std::string> pieces;
  std::unordered_set<std::string> seen;
  while (!text.empty()) {
    const auto end = text.find_first_of(separators);
    const std::string_view piece = without_blanks_around(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!piece.empty() && seen.emplace(piece).second) pieces.emplace_back(piece);
  }
  return pieces;
}

}  // namespace geminate::config
