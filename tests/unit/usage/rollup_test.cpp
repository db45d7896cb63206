#include "backend/usage/rollup.h"

#include <map>

#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

std::map<std::pair<std::int64_t, std::string>, RollupCell> cells_of(const std::string& bytes) {
  std::map<std::pair<std::int64_t, std::string>, RollupCell> cells;
  must(read_rollup(bytes, [&cells](const EncodedCell& cell) -> Status {
    EXPECT_TRUE(cell.add_to(cells[{cell.id, std::string(cell.model)}]));
    return Status::success();
  }));
  return cells;
}

TEST(Rollups, SumUpAndSurviveTheTrip) {
  Rollup rollup;
  rollup.add(-3, record_at(0));
  rollup.add(-3, record_at(5));
  RequestRecord failed = record_at(6);
  failed.status = 503;
  failed.first_byte_ms = kNoFirstByte;
  failed.model = ModelName("other");
  rollup.add(5, failed);
  const auto cells = cells_of(rollup.encode());
  ASSERT_EQ(cells.size(), 2U);
  const RollupCell& good = cells.at({-3, "gemini-2.5-flash"});
  EXPECT_EQ(good.requests, 2U);
  EXPECT_EQ(good.failures, 0U);
  EXPECT_EQ(good.input_tokens, 200U);
  EXPECT_EQ(good.output_tokens, 100U);
  EXPECT_EQ(good.cached_tokens, 80U);
  EXPECT_EQ(good.thought_tokens, 20U);
  EXPECT_EQ(good.duration.counts[LatencyHistogram::bucket_of(20)], 2U);
  const RollupCell& bad = cells.at({5, "other"});
  EXPECT_EQ(bad.failures, 1U);
  EXPECT_FALSE(bad.first_byte.quantile(0.5)) << "no first byte came";
}

TEST(Rollups, CountEachCellForItselfInAnyOrder) {
  Rollup rollup;
  RequestRecord other = record_at(0);
  other.model = ModelName("other");
  for (std::int64_t i = 0; i < 300; ++i) {
    rollup.add(1, i % 2 == 0 ? record_at(i) : other);
    rollup.add(i, record_at(i));
  }
  Rollup moved = std::move(rollup);
  moved.add(299, record_at(0));
  const auto cells = cells_of(moved.encode());
  EXPECT_EQ(cells.size(), 301U);
  EXPECT_EQ(cells.at({1, "gemini-2.5-flash"}).requests, 151U);
  EXPECT_EQ(cells.at({1, "other"}).requests, 150U);
  EXPECT_EQ(cells.at({299, "gemini-2.5-flash"}).requests, 2U);
}

TEST(Rollups, AddUpWithOthersInMemoryAndEncoded) {
  Rollup first;
  Rollup second;
  first.add(1, record_at(0));
  second.add(1, record_at(1));
  second.add(2, record_at(2));
  Rollup sum;
  sum.merge(first);
  must(sum.merge_encoded(second.encode()));
  const auto cells = cells_of(sum.encode());
  EXPECT_EQ(cells.at({1, "gemini-2.5-flash"}).requests, 2U);
  EXPECT_EQ(cells.at({2, "gemini-2.5-flash"}).requests, 1U);
}

TEST(Rollups, PutModelsBeyondTheirLimitIntoOne) {
  Rollup rollup;
  for (std::size_t i = 0; i < Rollup::kMaximumModels + 100; ++i) {
    RequestRecord record = record_at(0);
    record.model = ModelName("model-" + std::to_string(i));
    rollup.add(1, record);
  }
  const auto cells = cells_of(rollup.encode());
  EXPECT_EQ(cells.size(), Rollup::kMaximumModels + 1);
  EXPECT_EQ(cells.at({1, std::string(Rollup::kOtherModels)}).requests, 100U);
}

TEST(Rollups, AreRefusedWhereTheyAreCutOff) {
  Rollup rollup;
  rollup.add(1, record_at(0));
  rollup.add(200, record_at(1));
  const std::string whole = rollup.encode();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Rollup other;
    EXPECT_FALSE(other.merge_encoded(whole.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace geminate::usage
