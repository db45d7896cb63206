#pragma once

#include <cstdint>

#include "shared/dto/usage.h"

namespace geminate::usage {

/// In milliseconds.
constexpr std::int64_t length_of(UsageStep step) {
  constexpr std::int64_t kMinute = 60'000;
  switch (step) {
    case UsageStep::Minute:
      return kMinute;
    case UsageStep::Hour:
      return 60 * kMinute;
    case UsageStep::Day:
      break;
  }
  return 24 * 60 * kMinute;
}

/// The beginning of the step, in UTC, that a time in milliseconds since 1970 falls into.
constexpr std::int64_t begin_of_step(UsageStep step, std::int64_t ms) {
  const std::int64_t length = length_of(step);
  const std::int64_t into = ms % length;
  return ms - (into < 0 ? into + length : into);
}

}  // namespace geminate::usage
