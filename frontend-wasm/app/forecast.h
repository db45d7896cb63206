#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/pool.h"
#include "shared/dto/usage.h"

namespace geminate::ui {

/// How a model's day goes on if requests keep coming as they did lately.
enum class Outlook : std::uint8_t {
  Spent,    // nothing is left of what is known, and everything is known
  RunsOut,  // before the day ends
  Unknown,  // no project's limit is known
  Lasts,    // beyond the day's end
  Idle,     // nobody asks for it
};

struct Forecast {
  std::string model;
  Outlook outlook = Outlook::Unknown;
  /// With RunsOut. Where some limits are unknown it is the earliest that it can be.
  std::optional<Timestamp> ends_at;
  std::int64_t projects = 0;
  /// Projects of which no limit of the day is known.
  std::int64_t unknown = 0;
  /// What is counted below is tokens: they end before the requests do.
  bool by_tokens = false;
  std::int64_t used = 0;
  std::int64_t limit = 0;  // the known ones together
  std::int64_t left = 0;
  double per_hour = 0;
};

/// For every model of the report, the most urgent first. `recent`: sums by model of the last hour by minutes;
/// a model's rate is what was served since its first minute of it, over ten minutes at least. Pure.
std::vector<Forecast> forecast(const CapacityReport& capacity, const UsageReport& recent);

}  // namespace geminate::ui
