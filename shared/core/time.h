#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace geminate {

/// Wall-clock time in UTC, to the millisecond; on the wire RFC 3339 ("2026-01-31T08:00:00.000Z").
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// What deadlines, cooldowns and windows are measured with: it never jumps.
using MonotonicTime = std::chrono::steady_clock::time_point;

/// Both clocks read at one moment; decisions take this instead of asking a clock.
struct Now {
  Timestamp wall{};
  MonotonicTime steady{};
};

inline Timestamp to_timestamp(std::chrono::system_clock::time_point point) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(point);
}
inline Now now() {
  return {to_timestamp(std::chrono::system_clock::now()), std::chrono::steady_clock::now()};
}

/// "2026-01-31T08:00:00Z", with ".123" only where there are milliseconds.
std::string format_rfc3339(Timestamp time);

/// Any RFC 3339 time with a zone (Z or an offset); fractions beyond milliseconds are cut.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace geminate
