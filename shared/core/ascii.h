#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace geminate {

// HTTP's characters and the small comparisons made of them. Free of locales, unlike <cctype>. All of it is
// run over every byte of every head, hence inline, and the commonest tests take eight bytes at a step.

/// What a byte may be in HTTP's grammar (RFC 9110, 5.5 and 5.6).
enum CharClass : std::uint8_t {
  kTokenChar = 1,
  /// In a field's value: visible, blank, tab, or beyond ASCII.
  kValueChar = 2,
  /// In a request target: visible ASCII but the fragment's mark.
  kTargetChar = 4,
  kDigitChar = 8,
  /// What a host with its port is written with.
  kHostChar = 16,
};

constexpr std::array<std::uint8_t, 256> make_char_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool digit = c >= '0' && c <= '9';
    const bool alphanumeric = digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto one_of = [c](std::string_view set) {
      return c != 0 && set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    std::uint8_t bits = 0;
    if (digit) bits |= kDigitChar;
    if (alphanumeric || one_of("!#$%&'*+-.^_`|~")) bits |= kTokenChar;
    if (c == '\t' || (c >= ' ' && c != 0x7f)) bits |= kValueChar;
    if (c > ' ' && c < 0x7f && c != '#') bits |= kTargetChar;
    if (alphanumeric || one_of("-._~%!$&'()*+,;=:[]")) bits |= kHostChar;
    classes[c] = bits;
  }
  return classes;
}
inline constexpr auto kCharClasses = make_char_classes();

constexpr bool is_char(char c, CharClass wanted) {
  return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// True for an empty text.
constexpr bool all_chars(std::string_view text, CharClass wanted) {
  // Nearly every text is good, so none is left early: no branch a character.
  std::uint8_t common = wanted;
  for (const char c : text) common &= kCharClasses[static_cast<unsigned char>(c)];
  return common != 0;
}

namespace detail {
inline constexpr std::uint64_t kEachByte = 0x0101010101010101U;
inline constexpr std::uint64_t kEachHighBit = 0x8080808080808080U;

inline std::uint64_t eight_bytes(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}
/// Non-zero when a byte of `word` is below `limit` (up to 128); may name more bytes than are, never none of
/// some.
constexpr std::uint64_t any_below(std::uint64_t word, std::uint8_t limit) {
  return (word - kEachByte * limit) & ~word & kEachHighBit;
}
constexpr std::uint64_t any_is(std::uint64_t word, std::uint8_t byte) {
  return any_below(word ^ (kEachByte * byte), 1);
}

/// Takes whole words while `suspicious` finds nothing in them; the rest, or a word with a doubt, goes byte by
/// byte.
template <class Suspicious>
bool all_chars_by_words(std::string_view text, CharClass wanted, Suspicious&& suspicious) {
  while (text.size() >= 8 && suspicious(eight_bytes(text.data())) == 0) text.remove_prefix(8);
  return all_chars(text, wanted);
}
}  // namespace detail

/// all_chars(text, kValueChar), for long texts.
inline bool is_field_value(std::string_view text) {
  return detail::all_chars_by_words(text, kValueChar, [](std::uint64_t word) {
    return detail::any_below(word, ' ') | detail::any_is(word, 0x7f);
  });
}

/// Not empty, and all_chars(text, kTargetChar).
inline bool is_target_text(std::string_view text) {
  return !text.empty() && detail::all_chars_by_words(text, kTargetChar, [](std::uint64_t word) {
    return (word & detail::kEachHighBit) | detail::any_below(word, ' ' + 1) | detail::any_is(word, 0x7f) |
           detail::any_is(word, '#');
  });
}

/// A method's or a header field's name.
constexpr bool is_token(std::string_view text) { return !text.empty() && all_chars(text, kTokenChar); }

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// Compares header names and tokens: ASCII letters without case.
constexpr bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

constexpr bool istarts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
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

}  // namespace geminate
