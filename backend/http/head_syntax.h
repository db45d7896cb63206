#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "shared/core/ascii.h"

namespace geminate::http {

// The small grammars of RFC 9110 and 9112 that a head is made of. Pure.

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
