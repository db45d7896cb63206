#include "backend/usage/usage_series.h"

#include "backend/usage/memory_usage_store.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

struct UsageReports : testing::Test {
  UsageReports() : writer(store, {}), prices({{"gemini-2.5-flash", 1'000'000, 1'000'000, 0}}) {
    must(writer.open());
  }
  void add(const RequestRecord& record) { must(writer.take({&record, 1})); }
  UsageReport report(UsageStep step, UsageGroup group, std::int64_t from = 0, std::int64_t to = 24 * kHour) {
    return must(usage_report(store, writer, prices, {after(from), after(to), step, group}));
  }

  MemoryUsageStore store;
  UsageWriter writer;
  PriceTable prices;
};

TEST_F(UsageReports, CountWhatIsSavedAndWhatIsNotYet) {
  add(record_at(10));
  must(writer.save_rollups());
  add(record_at(20));
  add(record_at(3 * kHour));
  const auto found = report(UsageStep::Hour, UsageGroup::None);
  EXPECT_EQ(found.total.requests, 3);
  EXPECT_EQ(found.total.input_tokens, 300);
  EXPECT_NEAR(found.total.cost_usd, 3 * (60 + 50) / 1e6, 1e-12);
  ASSERT_EQ(found.series.size(), 1U);
  ASSERT_EQ(found.series[0].points.size(), 2U);
  EXPECT_EQ(found.series[0].points[0].time, kMorning);
  EXPECT_EQ(found.series[0].points[0].requests, 2);
  EXPECT_EQ(found.series[0].points[1].time, after(3 * kHour));
}

TEST_F(UsageReports, SayTheSameBeforeAndAfterSaving) {
  for (int i = 0; i < 200; ++i) add(record_at(i * 30'000, static_cast<std::uint64_t>(i)));
  const auto before = report(UsageStep::Minute, UsageGroup::Key);
  must(writer.save_rollups());
  const auto later = report(UsageStep::Minute, UsageGroup::Key);
  EXPECT_EQ(later.total.requests, before.total.requests);
  EXPECT_EQ(later.series[0].points.size(), 100U);
  EXPECT_EQ(before.series[0].points.size(), 100U);
  EXPECT_EQ(later.total.duration_p95_ms, before.total.duration_p95_ms);
  EXPECT_EQ(report(UsageStep::Day, UsageGroup::Token).total.requests, 200);
}

TEST_F(UsageReports, ShowOneKeyAloneHoweverSmallItIs) {
  for (std::uint64_t i = 0; i < 2 * kMostSeries; ++i) {
    RequestRecord record = record_at(static_cast<std::int64_t>(i));
    record.key_id = 1000 + static_cast<std::int64_t>(i);
    add(record);
    add(record);
  }
  RequestRecord small = record_at(3 * kHour);
  small.key_id = 7;
  add(small);
  const SeriesQuery query{after(0), after(24 * kHour), UsageStep::Hour, UsageGroup::Key, 7};
  const auto found = must(usage_report(store, writer, prices, query));
  EXPECT_EQ(found.total.requests, 1);
  ASSERT_EQ(found.series.size(), 1U);
  EXPECT_EQ(found.series[0].group, "7");
  ASSERT_EQ(found.series[0].points.size(), 1U);
  EXPECT_EQ(found.series[0].points[0].time, after(3 * kHour));
  SeriesQuery nobody = query;
  nobody.id = 99;
  EXPECT_TRUE(must(usage_report(store, writer, prices, nobody)).series.empty());
  SeriesQuery senseless = query;
  senseless.group_by = UsageGroup::Model;
  EXPECT_EQ(usage_report(store, writer, prices, senseless).error().field, "id");
}

TEST_F(UsageReports, TellGroupsApart) {
  RequestRecord other = record_at(5);
  other.token_id = -9;
  other.key_id = 77;
  other.model = ModelName("gemini-2.5-pro");
  other.dialect = RequestDialect::Openai;
  other.status = 429;
  other.outcome = RequestOutcome::Error;
  add(record_at(1));
  add(record_at(2));
  add(other);
  const auto names = [this](UsageGroup group) {
    std::vector<std::string> found;
    for (const auto& series : report(UsageStep::Hour, group).series) {
      found.push_back(series.group + "=" + std::to_string(series.total.requests));
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(UsageGroup::Token), (Names{"1=2", "-9=1"}));
  EXPECT_EQ(names(UsageGroup::Key), (Names{"2=2", "77=1"}));
  EXPECT_EQ(names(UsageGroup::Model), (Names{"gemini-2.5-flash=2", "gemini-2.5-pro=1"}));
  EXPECT_EQ(names(UsageGroup::Dialect), (Names{"gemini=2", "openai=1"}));
  EXPECT_EQ(names(UsageGroup::StatusClass), (Names{"2xx=2", "4xx=1"}));
  EXPECT_EQ(names(UsageGroup::None), (Names{"=3"}));
  EXPECT_EQ(report(UsageStep::Hour, UsageGroup::None).total.failures, 1);
}

TEST_F(UsageReports, PutSmallGroupsTogether) {
  for (int key = 0; key < 60; ++key) {
    RequestRecord record = record_at(key);
    record.key_id = key;
    add(record);
    if (key < 40) add(record);
  }
  const auto found = report(UsageStep::Hour, UsageGroup::Key);
  ASSERT_EQ(found.series.size(), kMostSeries + 1);
  EXPECT_EQ(found.series.back().group, "(other)");
  EXPECT_EQ(found.series.back().total.requests, 10);
  EXPECT_EQ(found.total.requests, 100);
}

TEST_F(UsageReports, KeepToTheirTime) {
  add(record_at(kHour - 1));
  add(record_at(kHour));
  add(record_at(2 * kHour));
  EXPECT_EQ(report(UsageStep::Hour, UsageGroup::None, kHour, 2 * kHour).total.requests, 1);
  must(writer.save_rollups());
  EXPECT_EQ(report(UsageStep::Hour, UsageGroup::None, kHour + 5, 2 * kHour).total.requests, 1)
      << "from begins with its step";
}

TEST_F(UsageReports, RefuseATimeThatIsWrongOrTooLong) {
  const auto field = [this](std::int64_t from, std::int64_t to, UsageStep step) {
    const auto found = usage_report(store, writer, prices, {after(from), after(to), step, UsageGroup::None});
    return found.ok() ? std::string() : found.error().field;
  };
  EXPECT_EQ(field(kHour, 0, UsageStep::Hour), "to");
  EXPECT_EQ(field(0, 48 * kHour, UsageStep::Minute), "step");
  EXPECT_EQ(field(0, 24 * kHour, UsageStep::Minute), "");
}

TEST_F(UsageReports, AreMadeAgainFromRecordsThatACrashLeftOutOfThem) {
  add(record_at(1));
  must(writer.save_rollups());
  // These lie in the same block as the one before.
  add(record_at(2));
  add(record_at(3));
  UsageWriter next(store, {});
  must(next.open());
  const auto found =
      must(usage_report(store, next, prices, {kMorning, after(kHour), UsageStep::Hour, UsageGroup::None}));
  EXPECT_EQ(found.total.requests, 3);
  UsageWriter third(store, {});
  must(third.open());
  EXPECT_EQ(
      must(usage_report(store, third, prices, {kMorning, after(kHour), UsageStep::Hour, UsageGroup::None}))
          .total.requests,
      3)
      << "and not once more";
}

}  // namespace
}  // namespace geminate::usage
