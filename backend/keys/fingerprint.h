#pragma once

#include <string>

#include "shared/core/secret.h"

namespace geminate::keys {

/// What tells two keys apart without showing either: 32 hexadecimal digits of a hash of the text under
/// `hash_key` (32 bytes; a subkey in database mode, random and of this process in memory mode).
std::string fingerprint_of(const Secret& hash_key, const Secret& text);

}  // namespace geminate::keys
