#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "frontend-wasm/app/forecast.h"
#include "frontend-wasm/app/pool_picture.h"
#include "frontend-wasm/app/top_errors.h"
#include "frontend-wasm/text/text.h"

namespace geminate::ui {

/// Something that is asked for again when what it tells of has moved on, but not too often.
struct Watched {
  bool running = false;
  bool moved = true;
  double due_at = 0;  // seconds of the platform's clock
  std::optional<Message> problem;
};

/// Which of the requests' answers count as failures; each is a question of its own.
inline constexpr std::array<StatusGroup, 3> kFailureGroups = {StatusGroup::ClientError,
                                                              StatusGroup::ServerError, StatusGroup::Cut};

/// What the dashboard knows of the pool beyond the list of keys.
struct PoolWatch {
  Watched timeline_watch;
  std::optional<KeyTimeline> timeline;
  PoolMoment moment;
  PoolPicture picture;  // of the list of keys, at that moment

  Watched forecast_watch;
  /// Two answers make a forecast.
  std::optional<CapacityReport> capacity;
  std::optional<UsageReport> recent;
  std::optional<std::vector<Forecast>> forecasts;

  std::array<std::vector<RequestView>, kFailureGroups.size()> failed;
  std::vector<TopError> errors;
};

}  // namespace geminate::ui
