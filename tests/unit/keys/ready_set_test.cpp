#include "backend/keys/ready_set.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace geminate::keys {
namespace {

/// What find_from has to answer, found the slow way.
std::optional<std::uint32_t> expected(const std::set<std::uint32_t>& members, std::uint32_t from) {
  if (members.empty()) return std::nullopt;
  const auto next = members.lower_bound(from);
  return next == members.end() ? *members.begin() : *next;
}

TEST(ReadySet, IsEmptyAtFirst) {
  const ReadySet set(1000);
  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.find_from(0, {}));
  EXPECT_FALSE(set.find_from(999, {}));
  EXPECT_FALSE(set.contains(5));
}

TEST(ReadySet, FindsWhatASortedSetWouldFind) {
  constexpr std::uint32_t kCapacity = 100'000;
  ReadySet set(kCapacity);
  std::set<std::uint32_t> members;
  std::minstd_rand random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto slot = static_cast<std::uint32_t>(random() % kCapacity);
    // Crowded and nearly empty by turns.
    if (random() % 10'000 < static_cast<unsigned>(i) / 2) {
      set.erase(slot);
      members.erase(slot);
      if (!members.empty()) {
        set.erase(*members.begin());
        members.erase(members.begin());
      }
    } else {
      set.insert(slot);
      members.insert(slot);
    }
    const auto from = static_cast<std::uint32_t>(random() % kCapacity);
    ASSERT_EQ(set.find_from(from, {}), expected(members, from)) << i;
    ASSERT_EQ(set.contains(from), members.contains(from));
  }
  EXPECT_EQ(set.empty(), members.empty());
}

TEST(ReadySet, AMaskLeavesTheOthersOut) {
  ReadySet set(256);
  for (const std::uint32_t slot : {3U, 70U, 200U}) set.insert(slot);
  const std::array<std::uint64_t, 2> only_second_word = {0, ~std::uint64_t{0}};
  EXPECT_EQ(set.find_from(0, only_second_word), 70U);
  EXPECT_EQ(set.find_from(71, only_second_word), 70U) << "around the end, past what lies beyond the mask";
  set.erase(70);
  EXPECT_FALSE(set.find_from(0, only_second_word));
}

TEST(ReadySet, NothingIsLostBetweenThreads) {
  // All in one word, so that the word is emptied and filled by different threads all the time.
  ReadySet set(64);
  std::vector<std::thread> threads;
  for (std::uint32_t mine = 0; mine < 4; ++mine) {
    threads.emplace_back([&set, mine] {
      for (int round = 0; round < 20'000; ++round) {
        set.insert(mine);
        ASSERT_TRUE(set.find_from(mine, {}).has_value()) << "at least this thread's own is there";
        set.erase(mine);
      }
      set.insert(mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint32_t slot = 0; slot < 4; ++slot) EXPECT_EQ(set.find_from(slot, {}), slot);
}

}  // namespace
}  // namespace geminate::keys
