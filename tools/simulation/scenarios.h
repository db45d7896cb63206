#pragma once

#include <string>
#include <vector>

#include "tools/simulation/run.h"

namespace geminate::simulation {

/// One bad moment, and what Geminate's pool and a peer made of it.
struct Scenario {
  std::string name;
  World world;
  /// Requests, evenly spaced.
  std::vector<Request> requests;
};

struct ScenarioOutcome {
  Row geminate;
  Row peer;
  /// Calls to a limited project that began after its 429 had come and before the time that it named was over.
  std::int64_t geminate_early = 0;
  std::int64_t peer_early = 0;
};

Scenario one_of_three_limited();
Scenario all_limited();
/// Google's 429s name 30 seconds, but the limit holds for five minutes: who comes back in a crowd is refused
/// as one.
Scenario all_limited_longer_than_said();
/// 200 projects, and for two minutes nothing but 429s without details.
Scenario address_refused();
Scenario outage();

ScenarioOutcome play_scenario(const Scenario& scenario);
/// All of them, as a Markdown table.
std::string scenario_table();

}  // namespace geminate::simulation
