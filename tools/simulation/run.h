#pragma once

#include <string>
#include <vector>

#include "tools/simulation/policy.h"
#include "tools/simulation/tally.h"

namespace geminate::simulation {

/// What a policy made of a world.
struct Outcome {
  Row row;
  Losses losses;
};

/// The clocks at a moment of simulated time; 0 is a Pacific midnight.
Now clock_at(Time time);

/// Plays the requests through a policy: the gateway's own retries (proxy/retry_policy), no threads, no real
/// time. `google` is fresh; keys are numbered as in it.
Outcome play(const World& world, const std::vector<Request>& requests, Google& google, Policy& policy);

/// Every policy of the table, Geminate's first, each over the same requests.
std::vector<Outcome> compare(const World& world, const std::vector<Request>& requests);
/// As compare, for Geminate's pool alone.
Outcome play_geminate(const World& world, const std::vector<Request>& requests);

}  // namespace geminate::simulation
