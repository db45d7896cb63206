#include "backend/proxy/response_store.h"

#include <gtest/gtest.h>

#include <string>

namespace geminate::proxy {
namespace {

constexpr std::int64_t kCaller = 1;
constexpr std::int64_t kOther = 2;

Now at(std::chrono::seconds since_start) {
  Now now;
  now.steady = MonotonicTime(since_start);
  return now;
}

const Now kStart = at(std::chrono::seconds(1000));

translate::ResponseRecord record(const std::string& name, std::size_t bytes = 10) {
  return {"resp_" + name,
          std::string(bytes, 'x'),
          R"({"in":1})",
          {{"msg_" + name + "_0", R"({"out":0})"}, {"fc_" + name + "_1", R"({"out":1})"}}};
}

TEST(ResponseStore, GivesBackWhatItWasGiven) {
  ResponseStore store;
  store.keep(kCaller, record("a"), kStart);
  ASSERT_NE(store.find(kCaller, "resp_a", kStart), nullptr);
  EXPECT_EQ(store.find(kCaller, "resp_a", kStart)->answer, std::string(10, 'x'));
  EXPECT_EQ(store.find(kCaller, "resp_b", kStart), nullptr);
}

TEST(ResponseStore, KeepsCallersApart) {
  ResponseStore store;
  store.keep(kCaller, record("a"), kStart);
  EXPECT_EQ(store.find(kOther, "resp_a", kStart), nullptr);
  EXPECT_FALSE(store.forget(kOther, "resp_a", kStart));
  EXPECT_FALSE(store.lookup(kOther, kStart).items_of("resp_a").has_value());
  EXPECT_FALSE(store.lookup(kOther, kStart).item("msg_a_0").has_value());
  EXPECT_NE(store.find(kCaller, "resp_a", kStart), nullptr);
}

TEST(ResponseStore, TellsTheConversationAndItsItems) {
  ResponseStore store;
  store.keep(kCaller, record("a_b"), kStart);
  const auto lookup = store.lookup(kCaller, kStart);
  EXPECT_EQ(lookup.items_of("resp_a_b"), R"({"in":1},{"out":0},{"out":1})");
  EXPECT_EQ(lookup.item("fc_a_b_1"), R"({"out":1})");
  EXPECT_FALSE(lookup.item("fc_a_b_2").has_value());
  EXPECT_FALSE(lookup.item("nonsense").has_value());
  EXPECT_FALSE(lookup.item("").has_value());
}

TEST(ResponseStore, ForgetsWhenTold) {
  ResponseStore store;
  store.keep(kCaller, record("a"), kStart);
  EXPECT_TRUE(store.forget(kCaller, "resp_a", kStart));
  EXPECT_FALSE(store.forget(kCaller, "resp_a", kStart));
  EXPECT_EQ(store.find(kCaller, "resp_a", kStart), nullptr);
}

TEST(ResponseStore, ForgetsAfterADay) {
  ResponseStore store;
  store.keep(kCaller, record("a"), kStart);
  const auto day = std::chrono::seconds(ResponseStore::kKeptFor);
  EXPECT_NE(store.find(kCaller, "resp_a", at(std::chrono::seconds(1000) + day)), nullptr);
  EXPECT_EQ(store.find(kCaller, "resp_a", at(std::chrono::seconds(1001) + day)), nullptr);
}

TEST(ResponseStore, DropsTheOldestWhereRoomEnds) {
  ResponseStore store(10'000, 5'000);
  for (const char* name : {"a", "b", "c", "d"}) store.keep(kCaller, record(name, 2'500), kStart);
  EXPECT_EQ(store.find(kCaller, "resp_a", kStart), nullptr);
  EXPECT_NE(store.find(kCaller, "resp_c", kStart), nullptr);
  EXPECT_NE(store.find(kCaller, "resp_d", kStart), nullptr);
}

TEST(ResponseStore, MakesNoRoomForOneThatIsTooLarge) {
  ResponseStore store(10'000, 5'000);
  store.keep(kCaller, record("a", 100), kStart);
  store.keep(kCaller, record("huge", 6'000), kStart);
  EXPECT_EQ(store.find(kCaller, "resp_huge", kStart), nullptr);
  EXPECT_NE(store.find(kCaller, "resp_a", kStart), nullptr);
}

TEST(ResponseStore, GivesRoomBackForWhatWasForgotten) {
  ResponseStore store(10'000, 5'000);
  for (int round = 0; round < 100; ++round) {
    store.keep(kCaller, record("a", 4'000), kStart);
    store.keep(kCaller, record("b", 4'000), kStart);
    EXPECT_TRUE(store.forget(kCaller, "resp_a", kStart));
    EXPECT_TRUE(store.forget(kCaller, "resp_b", kStart));
  }
}

}  // namespace
}  // namespace geminate::proxy
