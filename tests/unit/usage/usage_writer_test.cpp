#include "backend/usage/usage_writer.h"

#include <vector>

#include "backend/usage/memory_usage_store.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

/// The day of the morning, as somebody has damaged it.
UsageBatch damaged_day() {
  const RollupName day{UsageStep::Day, Cut::Token, kMorning.time_since_epoch().count()};
  UsageBatch batch;
  batch.rollups.push_back({day, "not a roll-up"});
  return batch;
}

/// So many requests, each of another token.
std::vector<RequestRecord> of_many_tokens(int count) {
  std::vector<RequestRecord> records;
  for (int i = 0; i < count; ++i) {
    records.push_back(record_at(1000, static_cast<std::uint64_t>(i)));
    records.back().token_id = i;
  }
  return records;
}

TEST(UsageWriter, SaysThatASumIsDamagedAndGivesItUpBeforeMemoryGrows) {
  MemoryUsageStore store;
  must(store.save(damaged_day()));
  UsageWriter writer(store, {});
  must(writer.open());
  must(writer.take(of_many_tokens(10)));
  EXPECT_FALSE(writer.save_rollups().ok());
  EXPECT_TRUE(writer.has_live()) << "what waits is kept";

  must(writer.take(of_many_tokens(60'000)));
  EXPECT_TRUE(writer.rollups_are_due(after(2000)));
  must(writer.save_rollups());
  EXPECT_FALSE(writer.has_live());
}

TEST(UsageWriter, TakesRecordsOnceThoughTheirSumsCannotBeSaved) {
  MemoryUsageStore store;
  must(store.save(damaged_day()));
  UsageWriter writer(store, {});
  must(writer.open());
  // An error would mean that they come again.
  EXPECT_TRUE(writer.take(of_many_tokens(60'000)).ok());
}

}  // namespace
}  // namespace geminate::usage
