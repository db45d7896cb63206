#pragma once

#include <string_view>

namespace geminate::upstream {

/// Whether an error's body is a web page, by its field or its first byte. Pure.
bool is_error_page(std::string_view body, std::string_view content_type);

/// Whether a page says that our address is refused, in phrases that the address of a request, which pages
/// like to repeat, cannot hold. Pure.
bool refuses_address(std::string_view page);

}  // namespace geminate::upstream
