#include "backend/keys/turn_tier.h"

#include <gtest/gtest.h>

#include <map>

namespace geminate::keys {
namespace {

/// Whose turn it is, and nothing of the turns after that.
std::uint32_t next_of(const TurnTier& tier) {
  std::array<TurnTier::Draw, 1> draw;
  EXPECT_EQ(tier.draw(draw).count, 1U);
  return draw[0].slot;
}

std::map<std::uint32_t, int> tally(const TurnTier& tier, int turns) {
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < turns; ++i) ++counts[next_of(tier)];
  return counts;
}

TurnTier tier_of(const std::vector<TurnTier::Member>& members) {
  return TurnTier(members, std::make_shared<TurnCursor>());
}

TEST(TurnTier, EqualsTakeTurnsExactly) {
  std::vector<TurnTier::Member> members;
  for (std::uint32_t i = 0; i < 1000; ++i) members.push_back({i, 0, 1});
  const auto counts = tally(tier_of(members), 5000);
  ASSERT_EQ(counts.size(), 1000U);
  for (const auto& [slot, count] : counts) EXPECT_EQ(count, 5) << slot;
}

TEST(TurnTier, WeightsAreSharesExactlyOverAFullRound) {
  const auto counts = tally(tier_of({{0, 0, 1}, {1, 0, 2}, {2, 0, 7}}), 100);
  EXPECT_EQ(counts, (std::map<std::uint32_t, int>{{0, 10}, {1, 20}, {2, 70}}));
}

TEST(TurnTier, AHeavyKeysTurnsAreSpread) {
  const TurnTier tier = tier_of({{0, 0, 10}, {1, 0, 10}, {2, 0, 20}});
  int longest_run = 0;
  int run = 0;
  for (int i = 0; i < 400; ++i) {
    run = next_of(tier) == 2U ? run + 1 : 0;
    longest_run = std::max(longest_run, run);
  }
  EXPECT_LE(longest_run, 2) << "twenty in a row would be a burst on one quota";
}

TEST(TurnTier, ADrawSaysWhatItsKeyWeighs) {
  std::array<TurnTier::Draw, 8> draws;
  const TurnTier tier = tier_of({{4, 0, 1}, {9, 0, 3}});
  ASSERT_EQ(tier.draw(draws).count, 2U) << "never more than there are keys";
  for (const auto& draw : std::span(draws).first(2)) EXPECT_EQ(draw.weight, draw.slot == 9 ? 3U : 1U);
}

TEST(TurnTier, ADrawShowsTheTurnsThatCome) {
  const TurnTier tier = tier_of({{0, 0, 1}, {1, 0, 1}, {2, 0, 1}, {3, 0, 1}});
  std::array<TurnTier::Draw, 3> draws;
  ASSERT_EQ(tier.draw(draws).count, 3U);
  EXPECT_EQ(next_of(tier), draws[1].slot) << "one draw is one turn";
  EXPECT_EQ(next_of(tier), draws[2].slot);
}

TEST(TurnTier, TheMaskHasItsMembersAndNoOthers) {
  const TurnTier tier = tier_of({{0, 0, 1}, {63, 0, 1}, {64, 0, 1}, {200, 0, 1}});
  ASSERT_EQ(tier.mask().size(), 4U);
  EXPECT_EQ(tier.mask()[0], (std::uint64_t{1} << 63U) | 1U);
  EXPECT_EQ(tier.mask()[1], 1U);
  EXPECT_EQ(tier.mask()[2], 0U);
  EXPECT_EQ(tier.mask()[3], std::uint64_t{1} << 8U);
}

TEST(TurnTier, TiersStandByPriority) {
  TurnCursors cursors;
  const auto tiers = tiers_of({{0, -5, 1}, {1, 10, 1}, {2, 10, 1}, {3, 0, 1}}, cursors);
  ASSERT_EQ(tiers.size(), 3U);
  EXPECT_EQ(tiers[0]->size(), 2U);
  EXPECT_EQ(next_of(*tiers[1]), 3U);
  EXPECT_EQ(next_of(*tiers[2]), 0U);
  EXPECT_TRUE(tiers_of({}, cursors).empty());
}

TEST(TurnTier, AnEditDoesNotBeginTheRoundAnew) {
  TurnCursors cursors;
  std::map<std::uint32_t, int> counts;
  for (int i = 0; i < 300; ++i)
    ++counts[next_of(*tiers_of({{0, 0, 1}, {1, 0, 1}, {2, 0, 1}}, cursors).front())];
  EXPECT_EQ(counts, (std::map<std::uint32_t, int>{{0, 100}, {1, 100}, {2, 100}}));
}

}  // namespace
}  // namespace geminate::keys
