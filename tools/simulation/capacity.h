#pragma once

#include <vector>

#include "tools/simulation/traffic.h"

namespace geminate::simulation {

/// What the quotas of all projects together would let through of a model.
struct Capacity {
  /// None where some project has no such limit.
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> requests_per_day;
};
Capacity capacity_of(const World& world, const Model& model);

/// How much of a capacity the requests need: the largest of what its busiest day asks of the days, and what
/// its busiest 60 seconds (any 60 seconds, not just whole minutes) ask of the minutes, in requests and in
/// tokens. At 1 nobody, whatever he knew beforehand, could serve more of such traffic. Of `requests` those
/// count whose mark is below `scale`.
double share_needed(const Capacity& capacity, const std::vector<Request>& requests, double scale,
                    bool answers_count);

/// A run's requests of all models, by time: of every model as many as need `world.load` of its capacity.
std::vector<Request> requests_of(const World& world);

}  // namespace geminate::simulation
