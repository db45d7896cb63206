#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace geminate::upstream {

/// What a byte may be in HTTP's grammar (RFC 9110, 5.5 and 5.6). Free of locales, unlike <cctype>.
enum CharClass : std::uint8_t {
  kTokenChar = 1,
  /// In a field's value: visible, blank, tab, or beyond ASCII.
  kValueChar = 2,
  /// In a request target: visible ASCII but the fragment's mark.
  kTargetChar = 4,
  kDigitChar = 8,
};

constexpr std::array<std::uint8_t, 256> make_char_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    std::uint8_t bits = 0;
    if (digit) bits |= kDigitChar;
    if (digit || letter ||
        (c < 128 &&
         std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos)) {
      bits |= kTokenChar;
    }
    if (c == '\t' || (c >= ' ' && c != 0x7f)) bits |= kValueChar;
    if (c > ' ' && c < 0x7f && c != '#') bits |= kTargetChar;
    classes[c] = bits;
  }
  return classes;
}
inline constexpr auto kCharClasses = make_char_classes();

constexpr bool is_char(char c, CharClass wanted) {
  return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

constexpr bool all_chars(std::string_view text, CharClass wanted) {
  for (const char c : text) {
    if (!is_char(c, wanted)) return false;
  }
  return true;
}

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr bool ascii_iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

constexpr bool ascii_istarts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && ascii_iequals(text.substr(0, prefix.size()), prefix);
}

/// -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Without the blanks and tabs around it.
constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace geminate::upstream
