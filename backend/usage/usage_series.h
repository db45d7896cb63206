#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/usage/prices.h"
#include "backend/usage/usage_store.h"
#include "backend/usage/usage_writer.h"

namespace geminate::usage {

struct SeriesQuery {
  /// Moved down to the beginning of its step.
  Timestamp from{};
  /// The first millisecond that is too late.
  Timestamp to{};
  UsageStep step = UsageStep::Hour;
  UsageGroup group_by = UsageGroup::None;
  /// Only this token or key; where they are told apart by it.
  std::optional<std::int64_t> id{};
};

/// Roll-ups, each at one moment only: those that the store has, then those that the writer has in memory.
struct GatheredRollups {
  std::vector<std::pair<std::int64_t, std::string>> parts;  // by when their step begins
  std::size_t saved = 0;                                    // so many of them are the store's
};
/// Of the steps that begin in [from, to), in milliseconds since 1970. Blocks; the store's reading thread.
Result<GatheredRollups> gather_rollups(UsageStore& store, const UsageWriter& writer, UsageStep step, Cut cut,
                                       std::int64_t from, std::int64_t to);

/// More points in a row than this are refused.
inline constexpr std::int64_t kMostPoints = 1500;
/// The largest groups have a series of their own; the rest is "(other)".
inline constexpr std::size_t kMostSeries = 50;

/// Sums by step and group, from the store's roll-ups and from those that the writer has in memory.
/// BadRequest, naming the field, for a query with too many points or none. Blocks; the store's reading
/// thread.
Result<UsageReport> usage_report(UsageStore& store, const UsageWriter& writer, const PriceTable& prices,
                                 const SeriesQuery& query);

}  // namespace geminate::usage
