#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::crypto {

/// What one hash costs: Argon2id, one lane. OWASP asks for 19 MiB and two passes at least; these take some
/// 60 ms of a core, so who guesses gets about 15 tries a second out of it. Raising them is enough: a hash
/// that was made with less is made anew at the next right password (needs_rehash).
inline constexpr std::size_t kPasswordMemoryBytes = 32 * 1024 * 1024;
inline constexpr unsigned kPasswordPasses = 3;

// All three: any thread, but none that others wait for.

/// A password's hash with its salt and its cost in it, as ASCII text. Unavailable when there is no memory for
/// it.
Result<std::string> hash_password(std::string_view password);

/// Whether the password is the hash's. False for a text that is no such hash, which takes no time.
bool verify_password(const std::string& hash, std::string_view password);

/// Whether the hash was made at another cost than today's.
bool needs_rehash(const std::string& hash);

}  // namespace geminate::crypto
