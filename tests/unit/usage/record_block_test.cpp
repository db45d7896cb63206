#include "backend/usage/record_block.h"

#include "backend/usage/id_filter.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

void expect_same(const RequestRecord& found, const RequestRecord& expected) {
  EXPECT_EQ(found.id, expected.id);
  EXPECT_EQ(found.ended, expected.ended);
  EXPECT_EQ(found.token_id, expected.token_id);
  EXPECT_EQ(found.key_id, expected.key_id);
  EXPECT_EQ(found.model.view(), expected.model.view());
  EXPECT_EQ(found.dialect, expected.dialect);
  EXPECT_EQ(found.route, expected.route);
  EXPECT_EQ(found.outcome, expected.outcome);
  EXPECT_EQ(found.streamed, expected.streamed);
  EXPECT_EQ(found.status, expected.status);
  EXPECT_EQ(found.attempts_made, expected.attempts_made);
  EXPECT_EQ(found.duration_ms, expected.duration_ms);
  EXPECT_EQ(found.first_byte_ms, expected.first_byte_ms);
  EXPECT_EQ(found.input_tokens, expected.input_tokens);
  EXPECT_EQ(found.output_tokens, expected.output_tokens);
  EXPECT_EQ(found.cached_tokens, expected.cached_tokens);
  EXPECT_EQ(found.thought_tokens, expected.thought_tokens);
  EXPECT_EQ(found.total_tokens, expected.total_tokens);
  EXPECT_EQ(found.bytes_in, expected.bytes_in);
  EXPECT_EQ(found.bytes_out, expected.bytes_out);
  EXPECT_EQ(found.attempts, expected.attempts);
}

/// Three records that differ in everything.
std::vector<RequestRecord> some_records() {
  RequestRecord odd = record_with_attempts(-5, 3);
  odd.token_id = -4;
  odd.model = ModelName("other-model");
  odd.dialect = RequestDialect::Openai;
  odd.route = RequestRoute::Chat;
  odd.outcome = RequestOutcome::Cut;
  odd.streamed = true;
  odd.first_byte_ms = kNoFirstByte;
  odd.total_tokens = 0xffffffffU;
  return {record_with_attempts(0, 1), record_at(7, 2), odd};
}

TEST(RecordBlock, GivesBackWhatWentIn) {
  BlockBuilder builder;
  const auto records = some_records();
  for (const auto& record : records) ASSERT_TRUE(builder.add(record));
  const std::string bytes = builder.bytes();
  const BlockReader block = must(BlockReader::open(bytes));
  ASSERT_EQ(block.size(), records.size());
  std::size_t attempts = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    expect_same(block.record(block.packed(i), attempts), records[i]);
    attempts += records[i].attempts.size();
  }
}

TEST(RecordBlock, SaysInItsSummaryWhatItHolds) {
  BlockBuilder builder;
  for (const auto& record : some_records()) ASSERT_TRUE(builder.add(record));
  const BlockSummary summary = builder.summary(9);
  EXPECT_EQ(summary.id, 9);
  EXPECT_EQ(summary.records, 3);
  EXPECT_EQ(summary.first_ended, after(-5).time_since_epoch().count());
  EXPECT_EQ(summary.last_ended, after(7).time_since_epoch().count());
  EXPECT_EQ(summary.first_begun, after(-25).time_since_epoch().count());
  EXPECT_EQ(summary.last_begun, after(-13).time_since_epoch().count());
  EXPECT_EQ(summary.statuses,
            status_bit(200) | group_bit(StatusGroup::Success) | group_bit(StatusGroup::Cut));
  EXPECT_EQ(summary.dialects, 0b11);
  EXPECT_TRUE(may_hold(summary.tokens, filter_hash(std::int64_t{-4})));
  EXPECT_TRUE(may_hold(summary.keys, filter_hash(std::int64_t{7}))) << "a key that was only tried";
  EXPECT_TRUE(may_hold(summary.models, filter_hash(std::string_view("other-model"))));
  EXPECT_FALSE(may_hold(summary.models, filter_hash(std::string_view("no-model"))));
}

TEST(RecordBlock, IsFullAtItsLimitAndEmptyAfterClearing) {
  BlockBuilder builder;
  for (std::size_t i = 0; i < BlockBuilder::kMaximumRecords; ++i) {
    RequestRecord record = record_at(0, i);
    record.token_id = static_cast<std::int64_t>(i);
    record.model = ModelName("model-" + std::to_string(i));
    ASSERT_TRUE(builder.add(record));
  }
  EXPECT_FALSE(builder.add(record_at(0)));
  const std::string bytes = builder.bytes();
  const BlockReader block = must(BlockReader::open(bytes));
  EXPECT_EQ(block.record(block.packed(1023), 0).model.view(), "model-1023");
  builder.clear();
  EXPECT_TRUE(builder.add(record_at(0)));
  EXPECT_EQ(builder.summary(1).records, 1);
}

TEST(RecordBlock, TakesNoRecordThatIsTooFarAway) {
  BlockBuilder builder;
  ASSERT_TRUE(builder.add(record_at(0)));
  EXPECT_FALSE(builder.add(record_at(std::int64_t{40} * 24 * 3600 * 1000)));
}

TEST(RecordBlock, IsRefusedWhereverItIsDamaged) {
  BlockBuilder builder;
  for (const auto& record : some_records()) ASSERT_TRUE(builder.add(record));
  const std::string whole = builder.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    EXPECT_FALSE(BlockReader::open(cut).ok()) << size;
  }
  // Changed bytes are refused or read as other values, but never lead outside.
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0xff);
    const auto block = BlockReader::open(changed);
    if (!block.ok()) continue;
    std::size_t attempts = 0;
    for (std::size_t i = 0; i < block->size(); ++i) {
      (void)block->record(block->packed(i), attempts);
      attempts += block->packed(i).attempts_kept;
    }
  }
}

TEST(ModelNames, AreCutWhenTheyAreTooLong) {
  EXPECT_EQ(ModelName(std::string(500, 'm')).view(), std::string(ModelName::kMaximum, 'm'));
  EXPECT_EQ(ModelName("").view(), "");
}

}  // namespace
}  // namespace geminate::usage
