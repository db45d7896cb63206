#pragma once

#include <cstdint>
#include <string_view>

namespace geminate::crypto {

/// CRC-32 (the polynomial of Ethernet and zip). Finds typing errors; it protects from nobody.
std::uint32_t crc32(std::string_view bytes);

}  // namespace geminate::crypto
