#include "backend/keys/key_index.h"

#include <gtest/gtest.h>

#include <utility>

namespace geminate::keys {
namespace {

using Pairs = std::vector<std::pair<std::int64_t, std::uint32_t>>;

Pairs all_of(const KeyIndex& index) {
  Pairs pairs;
  index.for_each([&pairs](std::int64_t id, std::uint32_t slot) { pairs.emplace_back(id, slot); });
  return pairs;
}

TEST(KeyIndex, FindsSlotsByIdInWhateverOrderTheyCame) {
  KeyIndex index;
  index.put(5, 50);
  index.put(9, 90);
  index.put(2, 20);
  EXPECT_EQ(index.find(2), 20U);
  EXPECT_EQ(index.find(5), 50U);
  EXPECT_EQ(index.find(9), 90U);
  EXPECT_EQ(index.find(4), std::nullopt);
  EXPECT_EQ(index.find(10), std::nullopt);
  EXPECT_EQ(all_of(index), (Pairs{{2, 20}, {5, 50}, {9, 90}}));
}

TEST(KeyIndex, ForgetsWhatIsRemovedBeforeAndAfterItIsTidied) {
  KeyIndex index;
  for (const std::int64_t id : {1, 2, 3}) index.put(id, static_cast<std::uint32_t>(id));
  index.remove(2);
  index.remove(2);
  index.remove(7);
  EXPECT_EQ(index.size(), 2U);
  EXPECT_EQ(index.find(2), std::nullopt);
  index.tidy();
  EXPECT_EQ(index.size(), 2U);
  EXPECT_EQ(all_of(index), (Pairs{{1, 1}, {3, 3}}));
}

TEST(KeyIndex, TakesAnIdAgainThatWasRemoved) {
  KeyIndex index;
  index.put(1, 10);
  index.remove(1);
  EXPECT_TRUE(index.empty());
  index.put(1, 11);
  EXPECT_EQ(index.find(1), 11U);
  EXPECT_EQ(index.size(), 1U);
  index.tidy();
  EXPECT_EQ(index.size(), 1U);
}

}  // namespace
}  // namespace geminate::keys
