#include "backend/crypto/checksum.h"

namespace geminate::crypto {

std::uint32_t crc32(std::string_view bytes) {
  constexpr std::uint32_t kReversedPolynomial = 0xEDB88320U;
  std::uint32_t remainder = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    remainder ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? kReversedPolynomial : 0U);
    }
  }
  return ~remainder;
}

}  // namespace geminate::crypto
