#include "backend/auth/totp.h"

#include <algorithm>

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/random.h"
#include "backend/crypto/sha1.h"

namespace geminate::auth {
namespace {

constexpr std::size_t kSecretBytes = 20;
constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kRecoveryCharacters = 16;
constexpr std::size_t kRecoveryGroup = 4;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Secret make_second_factor() { return Secret(crypto::random_bytes(kSecretBytes)); }

std::int64_t code_step(Timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()) / kCodeStep;
}

std::string code_of(const Secret& secret, std::int64_t step) {
  std::string counter;
  for (int shift = 56; shift >= 0; shift -= 8)
    counter.push_back(static_cast<char>(static_cast<std::uint64_t>(step) >> shift));
  const std::string hash = crypto::hmac_sha1(secret.reveal(), counter);
  const std::size_t offset = static_cast<unsigned char>(hash.back()) & 0x0FU;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(hash[offset + i]);
  number &= 0x7FFFFFFFU;
  std::string code(kCodeDigits, '0');
  for (std::size_t i = kCodeDigits; i-- > 0; number /= 10) code[i] = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> step_of_code(const Secret& secret, std::string_view code, Timestamp at,
                                         std::int64_t used) {
  std::string digits;
  for (const char c : code) {
    if (c != ' ') digits.push_back(c);
  }
  if (secret.empty() || digits.size() != kCodeDigits) return std::nullopt;
  const std::int64_t present = code_step(at);
  std::optional<std::int64_t> found;
  // All three are looked at whichever fits.
  for (std::int64_t step = present - 1; step <= present + 1; ++step) {
    const bool fits = crypto::constant_time_equal_hashes(code_of(secret, step), digits);
    if (fits && step > used && !found) found = step;
  }
  return found;
}

std::string otpauth_uri(std::string_view account_name, const Secret& secret) {
  std::string label;
  for (const char c : account_name) {
    // Of the characters that names have, these two mean something in an address.
    if (c == '@') {
      label += "%40";
    } else if (c == '+') {
      label += "%2B";
    } else {
      label.push_back(c);
    }
  }
  return "otpauth://totp/Geminate:" + label + "?secret=" + crypto::base32_encode(secret.reveal()) +
         "&issuer=Geminate&algorithm=SHA1&digits=6&period=30";
}

std::vector<std::string> make_recovery_codes() {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    const std::string text = crypto::base32_encode(crypto::random_bytes(kRecoveryBytes));
    std::string code;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (at > 0 && at % kRecoveryGroup == 0) code.push_back('-');
      code.push_back(lower(text[at]));
    }
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string hash_recovery_code(const Secret& key, std::string_view code) {
  std::string plain;
  for (const char c : code) {
    if (c == '-' || c == ' ') continue;
    if (plain.size() == kRecoveryCharacters) return {};
    plain.push_back(lower(c));
  }
  if (plain.size() != kRecoveryCharacters) return {};
  return crypto::hex_encode(crypto::keyed_hash(key, plain));
}

}  // namespace geminate::auth
