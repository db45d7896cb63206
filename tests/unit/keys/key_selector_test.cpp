#include "backend/keys/key_selector.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace geminate::keys {
namespace {

std::map<std::uint32_t, int> tally(const KeySelector& selector, int turns,
                                   const std::set<std::uint32_t>& resting = {}) {
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < turns; ++i) {
    const auto position =
        selector.select([&](std::uint32_t candidate) { return !resting.contains(candidate); });
    if (position) ++counts[*position];
  }
  return counts;
}

TEST(KeySelector, OfNothingThereIsNothingToChoose) {
  TurnCursors cursors;
  EXPECT_FALSE(KeySelector().select([](std::uint32_t) { return true; }));
  EXPECT_FALSE(KeySelector({}, cursors).select([](std::uint32_t) { return true; }));
}

TEST(KeySelector, EqualsTakeTurnsExactly) {
  TurnCursors cursors;
  std::vector<KeySelector::Candidate> candidates;
  for (std::uint32_t i = 0; i < 1000; ++i) candidates.push_back({i, 0, 1});
  const auto counts = tally(KeySelector(candidates, cursors), 5000);
  ASSERT_EQ(counts.size(), 1000U);
  for (const auto& [position, count] : counts) EXPECT_EQ(count, 5) << position;
}

TEST(KeySelector, WeightsAreSharesExactlyOverAFullRound) {
  TurnCursors cursors;
  const KeySelector selector({{0, 0, 1}, {1, 0, 2}, {2, 0, 7}}, cursors);
  const auto counts = tally(selector, 100);
  EXPECT_EQ(counts.at(0), 10);
  EXPECT_EQ(counts.at(1), 20);
  EXPECT_EQ(counts.at(2), 70);
}

TEST(KeySelector, AHeavyKeysTurnsAreSpread) {
  TurnCursors cursors;
  const KeySelector selector({{0, 0, 10}, {1, 0, 10}, {2, 0, 20}}, cursors);
  int longest_run = 0;
  int run = 0;
  for (int i = 0; i < 400; ++i) {
    const auto position = selector.select([](std::uint32_t) { return true; });
    run = position == 2U ? run + 1 : 0;
    longest_run = std::max(longest_run, run);
  }
  EXPECT_LE(longest_run, 2) << "twenty in a row would be a burst on one quota";
}

TEST(KeySelector, ALowerPriorityWaitsUntilTheHigherHasNothingFree) {
  TurnCursors cursors;
  const KeySelector selector({{0, -5, 1}, {1, 10, 1}, {2, 10, 1}, {3, 0, 1}}, cursors);
  EXPECT_EQ(tally(selector, 10), (std::map<std::uint32_t, int>{{1, 5}, {2, 5}}));
  EXPECT_EQ(tally(selector, 10, {1}), (std::map<std::uint32_t, int>{{2, 10}}));
  EXPECT_EQ(tally(selector, 10, {1, 2}), (std::map<std::uint32_t, int>{{3, 10}}));
  EXPECT_EQ(tally(selector, 10, {1, 2, 3}), (std::map<std::uint32_t, int>{{0, 10}}));
  EXPECT_TRUE(tally(selector, 10, {0, 1, 2, 3}).empty());
}

TEST(KeySelector, ARestingKeysShareGoesToAllOthers) {
  TurnCursors cursors;
  std::vector<KeySelector::Candidate> candidates;
  for (std::uint32_t i = 0; i < 10; ++i) candidates.push_back({i, 0, 1});
  const auto counts = tally(KeySelector(candidates, cursors), 900, {4});
  EXPECT_FALSE(counts.contains(4));
  for (const auto& [position, count] : counts) {
    EXPECT_GE(count, 80) << position;
    EXPECT_LE(count, 200) << position;
  }
}

TEST(KeySelector, FindsTheOneFreeKeyAmongThousands) {
  TurnCursors cursors;
  std::vector<KeySelector::Candidate> candidates;
  for (std::uint32_t i = 0; i < 5000; ++i) candidates.push_back({i, 0, static_cast<std::int32_t>(1 + i % 3)});
  const KeySelector selector(candidates, cursors);
  for (const std::uint32_t wanted : {0U, 1U, 2500U, 4999U}) {
    EXPECT_EQ(selector.select([&](std::uint32_t candidate) { return candidate == wanted; }), wanted);
  }
}

TEST(KeySelector, AnEditDoesNotBeginTheRoundAnew) {
  TurnCursors cursors;
  const std::vector<KeySelector::Candidate> candidates = {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}};
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < 300; ++i) {
    const KeySelector edited(candidates, cursors);
    ++counts[edited.select([](std::uint32_t) { return true; }).value()];
  }
  EXPECT_EQ(counts, (std::map<std::uint32_t, int>{{0, 100}, {1, 100}, {2, 100}}));
}

}  // namespace
}  // namespace geminate::keys
