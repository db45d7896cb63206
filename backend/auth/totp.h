#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/secret.h"
#include "shared/core/time.h"

// The second factor: codes of an authenticator app (RFC 6238: HMAC-SHA-1, six digits, 30 seconds, which is
// all that the apps agree on) and what stands in when it is lost. Pure.
namespace geminate::auth {

inline constexpr std::chrono::seconds kCodeStep{30};
inline constexpr std::size_t kCodeDigits = 6;
inline constexpr std::size_t kRecoveryCodes = 10;

/// A new secret, raw: 160 random bits, as RFC 4226 recommends.
Secret make_second_factor();

std::int64_t code_step(Timestamp at);

/// The code of a time step, with its leading zeros.
std::string code_of(const Secret& secret, std::int64_t step);

/// The time step whose code it is: that of `at`, the one before or the one after, but none up to `used`.
/// Nothing for any other text. Compares in constant time.
std::optional<std::int64_t> step_of_code(const Secret& secret, std::string_view code, Timestamp at,
                                         std::int64_t used);

/// What an authenticator app takes, as a QR code or as a link.
std::string otpauth_uri(std::string_view account_name, const Secret& secret);

/// Ten texts of 80 random bits each ("abcd-efgh-ijkl-mnop").
std::vector<std::string> make_recovery_codes();

/// What is kept of one, under a 32-byte key; however it was typed: capitals, blanks and dashes count for
/// nothing. Empty for a text that is none.
std::string hash_recovery_code(const Secret& key, std::string_view code);

}  // namespace geminate::auth
