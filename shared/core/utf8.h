#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace geminate {

/// Length of the well-formed UTF-8 sequence at the text's beginning (RFC 3629); 0 where there is none, as in
/// an empty text.
std::size_t utf8_sequence(std::string_view text);

bool is_utf8(std::string_view text);

/// The text with U+FFFD in place of each byte that is no UTF-8: for what others wrote and JSON has to carry
/// (RFC 8259, 8.1).
std::string as_utf8(std::string text);

}  // namespace geminate
