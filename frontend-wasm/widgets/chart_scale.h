#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/core/time.h"

namespace geminate::ui {

// What a chart's axes say: pure, without ImGui.

/// Round values from 0 up to at least `highest`, about `wanted` steps; the last one is the axis's end. A
/// chart of zeros ends at `least`.
std::vector<double> value_ticks(double highest, int wanted, double least = 1);

/// A moment on the time axis and how it is written there: "14:00" or "01-31".
struct TimeTick {
  Timestamp time{};
  std::string label;
};

/// Ticks at round local times between two moments, at most `most`.
std::vector<TimeTick> time_ticks(Timestamp from, Timestamp to, std::int32_t zone_minutes, int most);

}  // namespace geminate::ui
