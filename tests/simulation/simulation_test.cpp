#include <gtest/gtest.h>

#include "tools/simulation/capacity.h"
#include "tools/simulation/table.h"

namespace geminate::simulation {
namespace {

constexpr Time kRun = 2 * kHour;

const Outcome& outcome_of(const std::vector<Outcome>& outcomes, std::string_view policy) {
  for (const Outcome& outcome : outcomes) {
    if (outcome.row.policy == policy) return outcome;
  }
  ADD_FAILURE() << "no policy " << policy;
  return outcomes.front();
}

TEST(SimulationTest, GivesTheSameTableForTheSameSeedAndAnotherForAnother) {
  World world = small_pool(kHour / 4);
  const auto first = compare(world, requests_of(world));
  const auto second = compare(world, requests_of(world));
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].row, second[i].row) << first[i].row.policy;
    EXPECT_EQ(first[i].losses, second[i].losses) << first[i].row.policy;
  }
  EXPECT_EQ(table_of(first), table_of(second));
  ++world.seed;
  EXPECT_NE(table_of(first), table_of(compare(world, requests_of(world))));
}

TEST(SimulationTest, AsksOfEveryModelForTheLoadThatWasWanted) {
  const World world = small_pool(kRun);
  const auto requests = requests_of(world);
  for (std::uint32_t model = 0; model < world.models.size(); ++model) {
    auto of_model = requests;
    std::erase_if(of_model, [model](const Request& request) { return request.model != model; });
    const double share =
        share_needed(capacity_of(world, world.models[model]), of_model, 1, world.answers_count);
    EXPECT_LE(share, world.load);
    // A whole conversation of long prompts is a good part of what four projects may do in a minute.
    EXPECT_GT(share, world.load - 0.1) << world.models[model].name;
  }
}

TEST(SimulationTest, GeminateServesMoreThanRoundRobinAndIsLimitedLess) {
  const World world = small_pool(kRun);
  const auto outcomes = compare(world, requests_of(world));
  const Row& ours = outcome_of(outcomes, "Geminate's pool").row;
  // As long as a gateway may ask key after key, turns come to a good one at last: they lose nothing but
  // calls.
  const Row& patient = outcome_of(outcomes, "round-robin, a 429 rests the key 60 s").row;
  const Row& usual = outcome_of(outcomes, "the same, 3 attempts").row;
  EXPECT_GE(ours.served, patient.served);
  EXPECT_GT(ours.served, usual.served);
  EXPECT_LT(ours.limited * 10, patient.limited);
  EXPECT_LT(ours.limited * 10, usual.limited);
  EXPECT_GT(ours.served_share(), 0.99);
}

TEST(SimulationTest, CountsEveryRequestOnceWhateverBecomesOfIt) {
  const World world = small_pool(kHour / 4);
  const auto requests = requests_of(world);
  for (const Outcome& outcome : compare(world, requests)) {
    std::int64_t unserved = 0;
    for (const auto& [reason, count] : outcome.losses.unserved) unserved += count;
    EXPECT_EQ(outcome.row.requests, static_cast<std::int64_t>(requests.size())) << outcome.row.policy;
    EXPECT_EQ(outcome.row.served + unserved, outcome.row.requests) << outcome.row.policy;
  }
}

TEST(SimulationTest, FillsTheMarkedPlaceOfADocumentAndNoOther) {
  const std::string document = "before\n<!-- day -->\nold\n<!-- /day -->\nafter\n";
  EXPECT_EQ(with_part(document, "day", "new\n"), "before\n<!-- day -->\nnew\n<!-- /day -->\nafter\n");
  EXPECT_EQ(with_part(document, "night", "new\n"), std::nullopt);
}

}  // namespace
}  // namespace geminate::simulation
