#pragma once

#include <string>
#include <string_view>

namespace geminate::observe {

/// Appends the text as it may stand between quotes, in JSON and in the text format alike: quotes, backslashes
/// and control characters escaped, bytes that are no UTF-8 replaced, so that no value can end its line or its
/// quotes.
void append_escaped(std::string& out, std::string_view text);

}  // namespace geminate::observe
