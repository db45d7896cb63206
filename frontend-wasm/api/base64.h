#pragma once

#include <string>
#include <string_view>

namespace geminate::ui {

/// Standard alphabet with padding.
std::string base64_encoded(std::string_view bytes);

}  // namespace geminate::ui
