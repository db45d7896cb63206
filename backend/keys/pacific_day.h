#pragma once

#include <cstdint>

#include "shared/core/time.h"

namespace geminate::keys {

/// Google resets daily quotas at midnight Pacific time, so days are counted there: days since 1970-01-01 on a
/// clock on a Californian wall. Daylight saving by the rule in force since 2007 (second Sunday of March to
/// first Sunday of November, 2:00 each). Pure.
std::int32_t pacific_day(Timestamp time);

/// When that day's midnight comes: the first moment of the day after `time`'s.
Timestamp next_pacific_midnight(Timestamp time);

}  // namespace geminate::keys
