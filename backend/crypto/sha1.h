#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace geminate::crypto {

inline constexpr std::size_t kSha1Bytes = 20;

/// SHA-1 (FIPS 180-4): 20 raw bytes. Only for protocols that fixed it; whoever chooses, chooses keyed_hash.
/// Any thread.
std::string sha1(std::string_view message);

/// HMAC-SHA-1 (RFC 2104), which authenticator apps make their codes with: 20 raw bytes. What is weak about
/// SHA-1, that two texts with the same hash can be made, does not touch it. Any thread.
std::string hmac_sha1(std::string_view key, std::string_view message);

}  // namespace geminate::crypto
