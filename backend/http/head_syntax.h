#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace geminate::http {

// The characters and small grammars of RFC 9110 and 9112 that a head is made of. Pure.

namespace detail {
constexpr std::uint8_t kToken = 1;       // tchar: methods and field names
constexpr std::uint8_t kFieldValue = 2;  // HTAB, SP, visible, obs-text
constexpr std::uint8_t kTarget = 4;      // visible ASCII without '#'
constexpr std::uint8_t kHost = 8;        // what a host with its port is written with

constexpr std::array<std::uint8_t, 256> make_character_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto one_of = [c](std::string_view set) {
      return c != 0 && set.find(static_cast<char>(c)) != set.npos;
    };
    std::uint8_t bits = 0;
    if (alphanumeric || one_of("!#$%&'*+-.^_`|~")) bits |= kToken;
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) bits |= kFieldValue;
    if (c > 0x20 && c < 0x7f && c != '#') bits |= kTarget;
    if (alphanumeric || one_of("-._~%!$&'()*+,;=:[]")) bits |= kHost;
    classes[c] = bits;
  }
  return classes;
}
inline constexpr auto kCharacterClasses = make_character_classes();

constexpr bool all_of_class(std::string_view text, std::uint8_t wanted) {
  // Nearly every text is good, so none is left early: no branch a character.
  std::uint8_t common = wanted;
  for (const char c : text) common &= kCharacterClasses[static_cast<unsigned char>(c)];
  return common != 0;
}
}  // namespace detail

constexpr bool is_token_character(char c) {
  return (detail::kCharacterClasses[static_cast<unsigned char>(c)] & detail::kToken) != 0;
}
constexpr bool is_token(std::string_view text) {
  return !text.empty() && detail::all_of_class(text, detail::kToken);
}
constexpr bool is_field_value(std::string_view text) {
  return detail::all_of_class(text, detail::kFieldValue);
}
constexpr bool is_target_text(std::string_view text) {
  return !text.empty() && detail::all_of_class(text, detail::kTarget);
}

/// Without the blanks and tabs around it.
std::string_view trim_blanks(std::string_view text);

/// A Host field's value: empty, or a host with an optional port; never user information.
bool is_host(std::string_view text);

/// 1*DIGIT. Beyond 64 bits it gives the largest number, which no limit admits; nothing when it is no number.
std::optional<std::uint64_t> parse_length(std::string_view text);

/// Where the path of "http://host/path" begins, after the authority; nothing if this is no absolute form. May
/// be the text's end.
std::optional<std::size_t> absolute_form_path(std::string_view target);

/// Calls `visit` with each trimmed, non-empty element of a comma list.
template <class Visitor>
void for_each_list_element(std::string_view list, Visitor&& visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto element = trim_blanks(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace geminate::http
