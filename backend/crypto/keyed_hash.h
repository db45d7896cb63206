#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shared/core/secret.h"

namespace geminate::crypto {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kHashBytes = 32;

/// BLAKE2b-256 of `message` under `key` (kKeyBytes bytes): kHashBytes raw bytes. Without the key a hash
/// neither confirms a guess nor can be made. Any thread.
std::string keyed_hash(const Secret& key, std::string_view message);

/// Whether both are the same, in a time that tells nothing about where they differ, nor about their lengths
/// beyond what hashing them takes: both are hashed under a random key of this process first.
bool constant_time_equal(std::string_view left, std::string_view right);

/// For values of one and the same, public length (hashes): compares without branching on their bytes.
bool constant_time_equal_hashes(std::string_view left, std::string_view right);

/// A new random key of kKeyBytes bytes.
Secret random_key();

/// Overwrites the text with zeros and empties it; the compiler cannot drop it.
void wipe(std::string& text);

}  // namespace geminate::crypto
