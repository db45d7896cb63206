#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/keys/verdict.h"
#include "backend/reactor/spare_blocks.h"

namespace geminate::proxy {

/// One try of a request with one key, for the log and for later evidence.
struct Attempt {
  std::int64_t key_id = 0;
  keys::VerdictKind verdict = keys::VerdictKind::Fine;
  /// What upstream's answer was; 0 when there was none.
  int upstream_status = 0;
  /// How long the request had waited for this attempt, in line for a key or between two tries.
  std::chrono::milliseconds waited{0};
  /// When it began, since the request did.
  std::chrono::milliseconds began{0};
  /// From there to its verdict.
  std::chrono::milliseconds duration{0};
};

/// One request's, in their order. Most have one and few more than four, which take one block.
inline constexpr std::size_t kUsualAttempts = 4;
using AttemptList = std::vector<Attempt, reactor::SpareAllocator<Attempt, kUsualAttempts>>;

}  // namespace geminate::proxy
