#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace geminate::fuzz {

struct Target {
  const char* name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

/// Every target; made by geminate_fuzz_corpora_test.
std::span<const Target> targets();

}  // namespace geminate::fuzz
