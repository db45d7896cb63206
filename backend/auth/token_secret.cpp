#include "backend/auth/token_secret.h"

#include <algorithm>
#include <cstdint>

#include "backend/crypto/checksum.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/random.h"

namespace geminate::auth {
namespace {

constexpr std::string_view kPrefix = "gmt_";
constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRandomBytes = 32;
/// 62^43 is just above 2^256, 62^6 above 2^32.
constexpr std::size_t kRandomDigits = 43;
constexpr std::size_t kChecksumDigits = 6;

/// The bytes as one number of `width` base62 digits, the highest first. Divides `bytes` away.
std::string base62(std::string& bytes, std::size_t width) {
  std::string text(width, kDigits.front());
  for (std::size_t place = width; place > 0; --place) {
    std::uint32_t remainder = 0;
    for (char& byte : bytes) {
      const std::uint32_t value = remainder * 256 + static_cast<unsigned char>(byte);
      byte = static_cast<char>(value / kDigits.size());
      remainder = static_cast<std::uint32_t>(value % kDigits.size());
    }
    text[place - 1] = kDigits[remainder];
  }
  return text;
}

std::string checksum_of(std::string_view text) {
  const std::uint32_t sum = crypto::crc32(text);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(sum >> static_cast<unsigned>(shift));
  return base62(bytes, kChecksumDigits);
}

}  // namespace

Secret make_token_secret() {
  std::string bytes = crypto::random_bytes(kRandomBytes);
  std::string text(kPrefix);
  text.reserve(kPrefix.size() + kRandomDigits + kChecksumDigits);
  std::string digits = base62(bytes, kRandomDigits);
  text += digits;
  text += checksum_of(text);
  crypto::wipe(digits);
  return Secret(std::move(text));
}

bool looks_like_token(std::string_view text) {
  if (text.size() != kPrefix.size() + kRandomDigits + kChecksumDigits || !text.starts_with(kPrefix))
    return false;
  const std::string_view digits = text.substr(kPrefix.size());
  const auto is_digit = [](char c) { return kDigits.find(c) != std::string_view::npos; };
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  return text.substr(text.size() - kChecksumDigits) ==
         checksum_of(text.substr(0, text.size() - kChecksumDigits));
}

}  // namespace geminate::auth
