#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "frontend-wasm/app/pool_watch.h"
#include "frontend-wasm/text/text.h"
#include "shared/dto/usage.h"

namespace geminate::ui {

enum class UsagePeriod : std::uint8_t { Hour, Day, Week, Month };

/// How long a period is, and the points it is shown in.
std::chrono::minutes length_of(UsagePeriod period);
UsageStep step_of(UsagePeriod period);

/// What the dashboard shows sums by; one question each.
inline constexpr std::array<UsageGroup, 4> kDashboardGroups = {UsageGroup::None, UsageGroup::Model,
                                                               UsageGroup::Token, UsageGroup::StatusClass};

struct DashboardState {
  UsagePeriod period = UsagePeriod::Day;
  /// Counts questions: an answer to an earlier one is dropped.
  std::uint64_t serial = 0;
  int awaited = 0;  // answers that are on their way
  /// In the order of kDashboardGroups; the old ones stand until all the new ones are there.
  std::array<std::optional<UsageReport>, kDashboardGroups.size()> reports;
  std::array<std::optional<UsageReport>, kDashboardGroups.size()> arriving;
  std::optional<Message> problem;

  bool moved = false;
  double due_at = 0;  // seconds of the platform's clock; not more often

  PoolWatch pool;

  const UsageReport* report(UsageGroup group) const;
};

/// The report's points with the steps between them in which nothing happened, from its beginning to its end.
std::vector<UsagePoint> all_points(const UsageReport& report);

}  // namespace geminate::ui
