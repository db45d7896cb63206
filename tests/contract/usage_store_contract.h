#pragma once

// What every UsageStore promises; used like key_store_contract.h.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "backend/usage/request_search.h"
#include "backend/usage/usage_series.h"
#include "backend/usage/usage_writer.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage::contract {

/// A store to test and whatever it stands on. Begins without anything.
class UsageStoreBench {
 public:
  virtual ~UsageStoreBench() = default;
  virtual UsageStore& store() = 0;
  /// Closes the store and opens it anew over the same data; false where a restart keeps nothing.
  virtual bool restart() = 0;
};

using MakeBench = std::function<std::unique_ptr<UsageStoreBench>()>;

inline const Change kPricesChange{Caller::server(), AuditAction::PricesUpdate};

class UsageStoreContract : public testing::TestWithParam<MakeBench> {
 protected:
  UsageStoreContract() { open_writer(); }

  UsageStore& store() { return bench_->store(); }
  bool restart() {
    writer_.reset();
    const bool kept = bench_->restart();
    open_writer();
    return kept;
  }
  void open_writer() {
    writer_ = std::make_unique<UsageWriter>(store(), Retention{});
    must(writer_->open());
  }

  /// Saves `count` records, a millisecond apart, in batches; their ids go on.
  void add(std::size_t count, std::size_t batch = 100) {
    for (std::size_t done = 0; done < count;) {
      std::vector<RequestRecord> records;
      for (; records.size() < batch && done < count; ++done, ++next_) {
        records.push_back(record_at(static_cast<std::int64_t>(next_), next_ + 1));
      }
      must(writer_->take(records));
    }
  }
  SearchPage page(const RequestFilter& filter = {}, std::optional<SearchPosition> before = {},
                  std::size_t limit = 50) {
    return must(search_requests(store(), filter, before, limit));
  }
  /// Every record that fits, over all pages; the low halves of their ids.
  std::vector<std::uint64_t> all(const RequestFilter& filter, std::size_t limit = 50) {
    std::vector<std::uint64_t> found;
    std::optional<SearchPosition> before;
    do {
      const SearchPage next = page(filter, before, limit);
      for (const auto& record : next.records) found.push_back(record.id.low);
      before = next.next;
    } while (before);
    return found;
  }

  std::unique_ptr<UsageStoreBench> bench_ = GetParam()();
  std::unique_ptr<UsageWriter> writer_;
  std::uint64_t next_ = 0;
};

TEST_P(UsageStoreContract, BeginsWithNothing) {
  const Progress progress = must(store().progress());
  EXPECT_EQ(progress.last_block, 0);
  EXPECT_EQ(progress.rolled_block, 0);
  EXPECT_TRUE(page().records.empty());
  EXPECT_FALSE(page().next);
  EXPECT_FALSE(must(find_request(store(), {1, 2})));
  EXPECT_TRUE(must(store().prices()).empty());
}

TEST_P(UsageStoreContract, GivesBackWhatWasSavedNewestFirst) {
  add(1000, 7);
  const auto found = all({});
  ASSERT_EQ(found.size(), 1000U);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], 1000 - i);
}

TEST_P(UsageStoreContract, PutsFewRecordsIntoOneBlockAndManyIntoSeveral) {
  add(20, 1);
  EXPECT_EQ(must(store().progress()).last_block, 1);
  add(3000, 3000);
  EXPECT_EQ(must(store().progress()).last_block, 4);
  EXPECT_EQ(all({}, 200).size(), 3020U);
}

TEST_P(UsageStoreContract, SavesNothingOfAnEmptyBatch) {
  must(writer_->take({}));
  EXPECT_EQ(must(store().progress()).last_block, 0);
}

TEST_P(UsageStoreContract, FindsARequestByItsIdWithItsAttempts) {
  add(500);
  const RequestRecord odd = record_with_attempts(500, 4711);
  must(writer_->take({&odd, 1}));
  add(500);
  const auto found = must(find_request(store(), odd.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->attempts, odd.attempts);
  EXPECT_FALSE(must(find_request(store(), {odd.id.high, 4712})));
}

TEST_P(UsageStoreContract, FindsByEveryFieldWhatALookAtEachRecordFinds) {
  std::mt19937 random(7);
  std::vector<RequestRecord> records;
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    RequestRecord record = i % 10 == 0 ? record_with_attempts(static_cast<std::int64_t>(i), i)
                                       : record_at(static_cast<std::int64_t>(i), i);
    record.token_id = static_cast<std::int64_t>(random() % 40) - 20;
    record.key_id = static_cast<std::int64_t>(random() % 50);
    record.model = ModelName("model-" + std::to_string(random() % 5));
    record.status = random() % 20 == 0 ? 429 : 200;
    if (i == 1717) record.status = 418;
    if (random() % 50 == 0) record.outcome = RequestOutcome::Cut;
    record.dialect = static_cast<RequestDialect>(random() % 2);
    record.duration_ms = static_cast<std::uint32_t>(random() % 1000);
    records.push_back(record);
  }
  for (std::size_t i = 0; i < records.size(); i += 500) must(writer_->take({&records[i], 500}));
  const auto expect = [&](const char* what, const RequestFilter& filter, auto fits) {
    std::vector<std::uint64_t> expected;
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
      if (fits(*record)) expected.push_back(record->id.low);
    }
    EXPECT_EQ(all(filter, 33), expected) << what;
  };
  RequestFilter filter;
  filter.token_id = -7;
  expect("token", filter, [](const auto& r) { return r.token_id == -7; });
  filter.model = "model-3";
  expect("token and model", filter,
         [](const auto& r) { return r.token_id == -7 && r.model.view() == "model-3"; });
  filter = {};
  filter.key_id = 7;
  expect("key, tried or served", filter, [](const auto& r) { return r.key_id == 7 || !r.attempts.empty(); });
  filter = {};
  filter.status = 418;
  expect("a rare status", filter, [](const auto& r) { return r.status == 418; });
  filter = {};
  filter.status_group = StatusGroup::ClientError;
  expect("class", filter, [](const auto& r) { return r.status >= 400 && r.outcome != RequestOutcome::Cut; });
  filter = {};
  filter.status_group = StatusGroup::Cut;
  expect("cut", filter, [](const auto& r) { return r.outcome == RequestOutcome::Cut; });
  filter = {};
  filter.dialect = RequestDialect::Openai;
  filter.least_duration_ms = 300;
  filter.most_duration_ms = 310;
  expect("dialect and duration", filter, [](const auto& r) {
    return r.dialect == RequestDialect::Openai && r.duration_ms >= 300 && r.duration_ms <= 310;
  });
  filter = {};
  filter.ended_from = after(1000);
  filter.ended_before = after(1010);
  expect("time", filter, [](const auto& r) { return r.ended >= after(1000) && r.ended < after(1010); });
  filter = {};
  filter.model = "no-such-model";
  expect("nothing", filter, [](const auto&) { return false; });
}

TEST_P(UsageStoreContract, PagesStayTheSameWhileRecordsAreAppended) {
  add(700, 60);
  std::vector<std::uint64_t> found;
  std::optional<SearchPosition> before;
  do {
    const SearchPage next = page({}, before, 64);
    for (const auto& record : next.records) found.push_back(record.id.low);
    before = next.next;
    add(30, 30);
  } while (before);
  ASSERT_EQ(found.size(), 700U);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], 700 - i);
}

TEST_P(UsageStoreContract, PagesGoOnAfterOldRecordsWereRemoved) {
  add(2000, 500);
  const SearchPage first = page({}, {}, 100);
  ASSERT_TRUE(first.next);
  TrimOrder order;
  order.requests_before = after(1000).time_since_epoch().count();
  while (must(store().trim(order))) {
  }
  const SearchPage second = page({}, first.next, 100);
  ASSERT_EQ(second.records.size(), 100U);
  EXPECT_EQ(second.records.front().id.low, 1900U);
  EXPECT_TRUE(page({}, SearchPosition{1, 5}, 100).records.empty()) << "a page that is gone";
}

TEST_P(UsageStoreContract, EndsAPageEarlyRatherThanLookAtEverything) {
  add(4000, 500);
  RequestFilter filter;
  filter.token_id = 1;
  filter.key_id = 2;
  std::optional<SearchPosition> before;
  std::size_t pages = 0;
  std::set<std::uint64_t> found;
  do {
    const SearchPage next = must(search_requests(store(), filter, before, 5000, 600));
    for (const auto& record : next.records) found.insert(record.id.low);
    before = next.next;
    ++pages;
  } while (before);
  EXPECT_GE(pages, 4U);
  EXPECT_EQ(found.size(), 4000U);
}

TEST_P(UsageStoreContract, RemovesWhatIsTooOldLittleByLittle) {
  add(100, 1);
  must(writer_->save_rollups());
  add(90'000, 500);
  must(writer_->save_rollups());
  TrimOrder order;
  order.requests_before = after(60'000).time_since_epoch().count();
  order.minutes_before = order.requests_before;
  int rounds = 1;
  while (must(store().trim(order))) ++rounds;
  EXPECT_GE(rounds, 2) << "in more than one transaction";
  const auto left = all({}, 5000);
  EXPECT_GE(left.size(), 30'000U);
  EXPECT_LE(left.size(), 31'024U) << "whole blocks go";
  EXPECT_TRUE(
      must(store().rollup({UsageStep::Minute, Cut::Kind, after(0).time_since_epoch().count()})).empty());
  EXPECT_FALSE(
      must(store().rollup({UsageStep::Minute, Cut::Kind, after(60'000).time_since_epoch().count()})).empty());
  EXPECT_FALSE(
      must(store().rollup({UsageStep::Hour, Cut::Kind, after(0).time_since_epoch().count()})).empty())
      << "hours are kept longer";
}

TEST_P(UsageStoreContract, RemovesTheOldestWhenThereIsTooMuch) {
  add(20'000, 500);
  TrimOrder order;
  order.most_bytes = 1'000'000;
  while (must(store().trim(order))) {
  }
  const auto left = all({}, 5000);
  EXPECT_LT(left.size(), 15'000U);
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(left.front(), 20'000U);
}

TEST_P(UsageStoreContract, GoesOnCountingBlocksAfterAllWereRemoved) {
  add(2000, 500);
  must(writer_->save_rollups());
  TrimOrder order;
  order.requests_before = after(1'000'000).time_since_epoch().count();
  while (must(store().trim(order))) {
  }
  EXPECT_TRUE(page().records.empty());
  open_writer();
  add(5);
  EXPECT_EQ(page().records.size(), 5U);
  EXPECT_GT(must(store().progress()).last_block, 4);
}

TEST_P(UsageStoreContract, AddsRollupsUpAndGivesThemInOrder) {
  add(200'000, 1000);
  must(writer_->save_rollups());
  std::vector<std::int64_t> starts;
  must(store().rollups(UsageStep::Minute, Cut::Token, after(0).time_since_epoch().count(),
                       after(3'600'000).time_since_epoch().count(),
                       [&](std::int64_t start, std::string_view bytes) {
                         starts.push_back((start - after(0).time_since_epoch().count()) / 60'000);
                         EXPECT_FALSE(bytes.empty());
                         return Status::success();
                       }));
  EXPECT_EQ(starts, (std::vector<std::int64_t>{0, 1, 2, 3}));
  const auto report = must(usage_report(store(), *writer_, PriceTable({}),
                                        {after(0), after(86'400'000), UsageStep::Hour, UsageGroup::Token}));
  EXPECT_EQ(report.total.requests, 200'000);
}

TEST_P(UsageStoreContract, KeepsPricesWhole) {
  const std::vector<ModelPrice> prices = {{"a", 1, 2, 3}, {"b", 4, 5, 6}};
  must(store().set_prices(prices, kPricesChange));
  EXPECT_EQ(must(store().prices()), prices);
  must(store().set_prices({{"c", 7, 8, 9}}, kPricesChange));
  EXPECT_EQ(must(store().prices()), (std::vector<ModelPrice>{{"c", 7, 8, 9}}));
}

TEST_P(UsageStoreContract, KeepsEverythingOverARestartOrNothing) {
  add(300);
  must(writer_->save_rollups());
  add(50);
  must(store().set_prices({{"a", 1, 2, 3}}, kPricesChange));
  const bool kept = restart();
  EXPECT_EQ(all({}).size(), kept ? 350U : 0U);
  EXPECT_EQ(must(store().prices()).size(), kept ? 1U : 0U);
  const auto report = must(usage_report(store(), *writer_, PriceTable({}),
                                        {after(0), after(60'000), UsageStep::Minute, UsageGroup::None}));
  EXPECT_EQ(report.total.requests, kept ? 350 : 0);
}

}  // namespace geminate::usage::contract
