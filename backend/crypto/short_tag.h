#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/core/secret.h"

namespace geminate::crypto {

inline constexpr std::size_t kShortTagKeyBytes = 16;
using ShortTag = std::array<std::uint8_t, 16>;

/// SipHash-2-4-128 of `text` under `key` (kShortTagKeyBytes bytes): several times cheaper than keyed_hash.
/// Who doesn't have the key can neither find a text for a tag nor two texts with the same one; for tables in
/// memory, under a key that is made for them and never stored. Any thread.
ShortTag short_tag(const Secret& key, std::string_view text);

}  // namespace geminate::crypto
