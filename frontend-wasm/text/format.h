#pragma once

#include <cstdint>

#include "frontend-wasm/text/text.h"
#include "shared/core/time.h"

namespace geminate::ui {

// Numbers and times in the reader's language. Pure; `zone_minutes` is how far this place is ahead of UTC.

/// At most five figures: exact below 10,000, then "48.1 万", "1.2 亿" or "481K", "1.2M".
Text short_count(const Phrasebook& say, std::int64_t count);
/// "1,284,907", for everybody alike.
Text exact_count(std::int64_t count);

/// "3 秒前", "in 5 min", "yesterday"; "刚刚" for the last moments.
Text relative_time(const Phrasebook& say, Timestamp time, Timestamp now, std::int32_t zone_minutes);
/// "2027-01-31 08:00:00".
Text exact_time(Timestamp time, std::int32_t zone_minutes);
/// For a look beside a time: "2027-01-31 08:00:00 · 00:00:00 UTC", with the date where it is another one.
Text time_and_utc(Timestamp time, std::int32_t zone_minutes);
/// "2027-01-31 08:00", the way a field takes it.
Text minute_time(Timestamp time, std::int32_t zone_minutes);

/// When a wait ends, short enough for a pill: "0:12" below an hour, then "15:00", "明天 15:00", "in 4 d".
Text until_time(const Phrasebook& say, Timestamp until, Timestamp now, std::int32_t zone_minutes);
/// Whether until_time shows seconds that pass.
bool counts_down(Timestamp until, Timestamp now);

}  // namespace geminate::ui
