#include "backend/usage/key_hours.h"

#include "backend/usage/memory_usage_store.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

constexpr std::int64_t kHour = 60 * 60'000;

struct KeyHoursTest : testing::Test {
  KeyHoursTest() { must(writer.open()); }
  void add(std::int64_t key_id, std::int64_t ended_ms) {
    RequestRecord record = record_at(ended_ms);
    record.key_id = key_id;
    must(writer.take({&record, 1}));
  }
  KeyHours::Requests of(std::int64_t key_id, std::int64_t now_ms) {
    must(hours.look(after(now_ms)));
    return hours.of(key_id);
  }

  MemoryUsageStore store;
  UsageWriter writer{store, {}};
  KeyHours hours{store, writer};
};

TEST_F(KeyHoursTest, CountsEachKeysRequestsByTheHourTheRunningOneLast) {
  add(7, 10);
  add(7, 20);
  add(8, 30);
  add(7, 3 * kHour + 5);
  const auto seven = of(7, 3 * kHour + 10);
  EXPECT_EQ(hours.from(), after(-20 * kHour));
  EXPECT_EQ(seven[20], 2);
  EXPECT_EQ(seven[22], 0);
  EXPECT_EQ(seven[23], 1);
  EXPECT_EQ(hours.of(8)[20], 1);
  EXPECT_EQ(hours.of(9), KeyHours::Requests{});
}

TEST_F(KeyHoursTest, SavedRollUpsAndThoseInMemoryAreOneSum) {
  add(7, 10);
  must(writer.save_rollups());
  add(7, 20);
  EXPECT_EQ(of(7, 30)[23], 2);
}

TEST_F(KeyHoursTest, TheRunningHourIsReadAgainOnceItIsNoLongerFresh) {
  add(7, 10);
  EXPECT_EQ(of(7, 100)[23], 1);
  add(7, 200);
  EXPECT_EQ(of(7, 300)[23], 1) << "a moment ago is good enough";
  EXPECT_EQ(of(7, 300 + 10'000)[23], 2);
}

TEST_F(KeyHoursTest, AnHourThatIsOverIsKeptOnlyOnceAllOfItIsSaved) {
  add(7, kHour - 5);
  EXPECT_EQ(of(7, kHour + 5)[22], 1);
  add(7, kHour - 4);  // a straggler
  EXPECT_EQ(of(7, kHour + 60'000)[22], 2);
  must(writer.save_rollups());
  EXPECT_EQ(of(7, 2 * kHour)[21], 2);
  EXPECT_EQ(of(7, 25 * kHour), KeyHours::Requests{}) << "more than a day ago";
}

}  // namespace
}  // namespace geminate::usage
