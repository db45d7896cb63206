#include "backend/crypto/encoding.h"

#include <sodium.h>

#include <algorithm>

#include "backend/crypto/keyed_hash.h"

namespace geminate::crypto {

std::string hex_encode(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  text.pop_back();
  return text;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes(text.size() / 2, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  const int outcome = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                     text.data(), text.size(), nullptr, &length, &end);
  if (outcome != 0 || length != bytes.size() || end != text.data() + text.size()) return std::nullopt;
  return bytes;
}

std::string base64_encode(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  const auto first_pad = text.find('=');
  const std::string_view digits = text.substr(0, first_pad);
  const std::string_view padding =
      first_pad == std::string_view::npos ? std::string_view{} : text.substr(first_pad);
  if (!padding.empty() && (text.size() % 4 != 0 || padding.size() > 2 ||
                           padding.find_first_not_of('=') != std::string_view::npos)) {
    return std::nullopt;
  }
  std::string standard(digits);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  std::string bytes(standard.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  const int outcome =
      sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), standard.data(),
                        standard.size(), nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  const bool complete = outcome == 0 && end == standard.data() + standard.size();
  // What is decoded here is mostly a key: the copy must not stay behind.
  wipe(standard);
  if (!complete) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

std::string base32_encode(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  unsigned kept = 0;
  int bits = 0;
  for (const char byte : bytes) {
    kept = kept << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      text.push_back(kDigits[kept >> bits & 31U]);
    }
  }
  if (bits > 0) text.push_back(kDigits[kept << (5 - bits) & 31U]);
  return text;
}

}  // namespace geminate::crypto
