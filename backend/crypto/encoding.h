#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace geminate::crypto {

/// Lower-case hexadecimal digits.
std::string hex_encode(std::string_view bytes);
/// Either case; nothing when it is not pairs of hexadecimal digits.
std::optional<std::string> hex_decode(std::string_view text);

/// Standard alphabet with padding.
std::string base64_encode(std::string_view bytes);
/// Standard or URL-safe alphabet, with or without padding; nothing for anything else.
std::optional<std::string> base64_decode(std::string_view text);

/// RFC 4648's base32 in capitals, without padding: what authenticator apps and people type.
std::string base32_encode(std::string_view bytes);

}  // namespace geminate::crypto
