#include "tools/simulation/scenarios.h"

#include "tools/simulation/table.h"

namespace geminate::simulation {
namespace {

constexpr auto kImposed = static_cast<std::size_t>(Cause::Imposed);

/// Projects of one key each and without quotas; requests evenly spaced for ten minutes.
Scenario calm_scenario(std::string name, std::size_t projects, Time gap) {
  Scenario scenario;
  scenario.name = std::move(name);
  World& world = scenario.world;
  world.length = 10 * kMinute;
  world.projects = projects;
  world.paid_projects = projects;
  world.keys_per_project = 1;
  world.models = {{"gemini-2.5-flash", {}, {}}};
  world.unavailable_share = 0;
  world.dying_keys = 0;
  world.suspends_a_project = false;
  for (Time at = 0; at < world.length; at += gap) {
    Request request;
    request.at = at;
    request.prompt_tokens = 300;
    request.answer_tokens = 200;
    request.estimate = 300;
    request.duration = 2 * kSecond;
    scenario.requests.push_back(request);
  }
  return scenario;
}

std::int64_t early(const Outcome& outcome) { return outcome.losses.early_limits[kImposed]; }

}  // namespace

Scenario one_of_three_limited() {
  Scenario scenario = calm_scenario("one of three projects limited for 5 minutes", 3, 200);
  scenario.world.incidents.push_back({Incident::Kind::Limited, 2 * kMinute, 7 * kMinute, 0});
  return scenario;
}

Scenario all_limited() {
  Scenario scenario = calm_scenario("all three limited for 5 minutes", 3, 200);
  scenario.world.incidents.push_back({Incident::Kind::Limited, 2 * kMinute, 7 * kMinute, std::nullopt});
  return scenario;
}

Scenario all_limited_longer_than_said() {
  Scenario scenario = calm_scenario("all three limited for 5 minutes, 30 s named", 3, 20);
  scenario.world.incidents.push_back(
      {Incident::Kind::Limited, 2 * kMinute, 7 * kMinute, std::nullopt, 30 * kSecond});
  return scenario;
}

Scenario address_refused() {
  Scenario scenario = calm_scenario("429s without details from all of 200 projects for 2 minutes", 200, 50);
  scenario.world.incidents.push_back({Incident::Kind::Bare, 2 * kMinute, 4 * kMinute});
  return scenario;
}

Scenario outage() {
  Scenario scenario = calm_scenario("Google answers 503 to everything", 3, 200);
  scenario.world.incidents.push_back({Incident::Kind::Unavailable, 0, scenario.world.length, std::nullopt});
  return scenario;
}

ScenarioOutcome play_scenario(const Scenario& scenario) {
  ScenarioOutcome result;
  const Outcome ours = play_geminate(scenario.world, scenario.requests);
  Google google(scenario.world);
  const auto round_robin =
      peer({"round-robin, a 429 rests the key 60 s", Order::Turns, std::chrono::seconds{60}, 0},
           scenario.world.keys(), scenario.world.seed);
  const Outcome theirs = play(scenario.world, scenario.requests, google, *round_robin);
  return {ours.row, theirs.row, early(ours), early(theirs)};
}

std::string scenario_table() {
  std::vector<Cells> rows{{"scenario", "policy", "requests", "served", "calls", "calls per request", "429s",
                           "calls before the time named"}};
  for (const Scenario& scenario :
       {one_of_three_limited(), all_limited(), all_limited_longer_than_said(), address_refused(), outage()}) {
    const ScenarioOutcome outcome = play_scenario(scenario);
    const auto add = [&](const Row& row, std::int64_t early_calls) {
      rows.push_back({scenario.name, row.policy, std::to_string(row.requests), std::to_string(row.served),
                      std::to_string(row.calls), decimal(row.calls_per_request(), 4),
                      std::to_string(row.limited), std::to_string(early_calls)});
    };
    add(outcome.geminate, outcome.geminate_early);
    add(outcome.peer, outcome.peer_early);
  }
  return markdown(rows);
}

}  // namespace geminate::simulation
