#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace geminate::crypto {

/// Bytes from the system's generator, fit for keys and tokens. Any thread.
std::string random_bytes(std::size_t count);

/// An even choice from 0 to `bound` - 1; `bound` at least 1.
std::uint32_t random_below(std::uint32_t bound);

}  // namespace geminate::crypto
