#include "backend/usage/request_record.h"

#include "backend/usage/id_filter.h"
#include "backend/usage/latency_histogram.h"
#include "backend/usage/usage_time.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

TEST(RequestIdText, IsReadAndWrittenAlike) {
  for (const std::string text :
       {"01k8zzzzzz0123456789abcdef", "7zzzzzzzzzzzzzzzzzzzzzzzzz", "00000000000000000000000001"}) {
    const auto id = parse_request_id(text);
    ASSERT_TRUE(id) << text;
    EXPECT_EQ(format_request_id(*id), text);
    EXPECT_EQ(*id, ids_beginning_with(text)->first);
  }
  EXPECT_EQ(format_request_id({}), "");
}

TEST(RequestIdText, TellsWhenTheRequestCame) {
  // As app/request_ids.h writes it: ten digits of 5 bits each.
  std::string text = "0000000000abcdefghjkmnpqrs";
  auto time = static_cast<std::uint64_t>(kMorning.time_since_epoch().count());
  for (std::size_t i = 10; i-- > 0; time >>= 5) text[i] = "0123456789abcdefghjkmnpqrstvwxyz"[time & 31];
  const auto id = parse_request_id(text);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->begun(), kMorning);
}

TEST(RequestIdText, IsRefusedWhenItIsNoneOfOurs) {
  for (const char* text :
       {"", "short", "01k8zzzzzz0123456789abcde", "01k8zzzzzz0123456789abcdefg", "01k8zzzzzz0123456789ABCDEF",
        "01k8zzzzzz0123456789abcdei", "8zzzzzzzzzzzzzzzzzzzzzzzzz"}) {
    EXPECT_FALSE(parse_request_id(text)) << text;
  }
}

TEST(RequestIdText, ThatIsABeginningNamesARange) {
  const auto id = *parse_request_id("01k8zzzzzz0123456789abcdef");
  const auto range = ids_beginning_with("01k8zzzzzz012");
  ASSERT_TRUE(range);
  EXPECT_LE(range->first, id);
  EXPECT_GE(range->last, id);
  const auto other = ids_beginning_with("01k8zzzzzz013");
  ASSERT_TRUE(other);
  EXPECT_GT(other->first, id);
  EXPECT_EQ(format_request_id(range->last), "01k8zzzzzz012zzzzzzzzzzzzz");
}

TEST(Records, KnowAPathsRoute) {
  EXPECT_EQ(route_of_path("/v1beta/models/gemini-2.5-flash:generateContent"), RequestRoute::Generate);
  EXPECT_EQ(route_of_path("/v1beta/models/gemini-2.5-flash:streamGenerateContent"),
            RequestRoute::StreamGenerate);
  EXPECT_EQ(route_of_path("/v1beta/models/x:countTokens"), RequestRoute::CountTokens);
  EXPECT_EQ(route_of_path("/v1beta/models/x:batchEmbedContents"), RequestRoute::Embed);
  EXPECT_EQ(route_of_path("/v1/chat/completions"), RequestRoute::Chat);
  EXPECT_EQ(route_of_path("/v1beta/openai/embeddings"), RequestRoute::Embed);
  EXPECT_EQ(route_of_path("/v1beta/files/abc"), RequestRoute::Files);
  EXPECT_EQ(route_of_path("/v1beta/cachedContents"), RequestRoute::CachedContents);
  EXPECT_EQ(route_of_path("/v1/models"), RequestRoute::Models);
  EXPECT_EQ(route_of_path("/v1beta/operations/x"), RequestRoute::Other);
}

TEST(Records, KeepTheLargestNumberInPlaceOfALargerOne) {
  EXPECT_EQ(saturated(std::int64_t{-1}), 0U);
  EXPECT_EQ(saturated(std::int64_t{7}), 7U);
  EXPECT_EQ(saturated(std::uint64_t{1} << 40), 0xffffffffU);
}

TEST(Records, CountAnAnswerThatBrokeOffAsCutWhateverItsStatus) {
  EXPECT_EQ(status_group(200, RequestOutcome::Served), StatusGroup::Success);
  EXPECT_EQ(status_group(200, RequestOutcome::Cut), StatusGroup::Cut);
  EXPECT_EQ(status_group(499, RequestOutcome::ClientGone), StatusGroup::Cut);
  EXPECT_EQ(status_group(429, RequestOutcome::Error), StatusGroup::ClientError);
  EXPECT_TRUE(is_failure(200, RequestOutcome::Cut));
  EXPECT_FALSE(is_failure(304, RequestOutcome::Served));
}

TEST(IdFilter, HoldsItsMembersAndFewOthers) {
  std::vector<std::uint64_t> members;
  for (std::int64_t id = -20; id < 80; ++id) members.push_back(filter_hash(id));
  const std::string filter = make_id_filter(members);
  for (const auto member : members) EXPECT_TRUE(may_hold(filter, member));
  int strangers = 0;
  for (std::int64_t id = 1000; id < 2000; ++id) strangers += may_hold(filter, filter_hash(id)) ? 1 : 0;
  EXPECT_LT(strangers, 60);
}

TEST(IdFilter, ThatCannotBeReadRulesNothingOut) {
  EXPECT_TRUE(may_hold(std::string_view(""), filter_hash(std::int64_t{1})));
  EXPECT_TRUE(may_hold(std::string(24, '\0'), filter_hash(std::int64_t{1})));
  EXPECT_FALSE(may_hold(std::string(8, '\0'), filter_hash(std::int64_t{1})));
}

TEST(Latencies, HaveBucketsThatFollowOnEachOther) {
  using Histogram = LatencyHistogram;
  for (std::size_t bucket = 0; bucket + 1 < Histogram::kBuckets; ++bucket) {
    EXPECT_EQ(Histogram::bucket_of(Histogram::begin_of(bucket)), bucket);
    EXPECT_EQ(Histogram::bucket_of(Histogram::begin_of(bucket + 1) - 1), bucket);
  }
  EXPECT_EQ(Histogram::bucket_of(0xffffffffU), Histogram::kBuckets - 1);
}

TEST(Latencies, GiveQuantilesToAQuarterOrSo) {
  LatencyHistogram histogram;
  EXPECT_FALSE(histogram.quantile(0.5));
  for (std::uint32_t ms = 1; ms <= 1000; ++ms) histogram.add(ms);
  EXPECT_NEAR(static_cast<double>(*histogram.quantile(0.5)), 500, 60);
  EXPECT_NEAR(static_cast<double>(*histogram.quantile(0.99)), 990, 60);
  LatencyHistogram one;
  one.add(0);
  EXPECT_EQ(*one.quantile(0.5), 0);
}

TEST(Steps, BeginInUtcAlsoBefore1970) {
  EXPECT_EQ(begin_of_step(UsageStep::Minute, 119'999), 60'000);
  EXPECT_EQ(begin_of_step(UsageStep::Day, 86'400'000), 86'400'000);
  EXPECT_EQ(begin_of_step(UsageStep::Hour, -1), -3'600'000);
}

}  // namespace
}  // namespace geminate::usage
