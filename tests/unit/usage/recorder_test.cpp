#include "backend/usage/recorder.h"

#include <thread>

#include "backend/usage/memory_usage_store.h"
#include "backend/usage/request_search.h"
#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

/// Fails when told to, and counts what it was asked.
class FaultyStore final : public UsageStore {
 public:
  Result<Progress> progress() override { return inner.progress(); }
  Status save(const UsageBatch& batch) override {
    if (fails) return Error{ErrorCode::Unavailable, "full", {}, {}, {}};
    return inner.save(batch);
  }
  Result<std::string> rollup(const RollupName& name) override { return inner.rollup(name); }
  Result<bool> trim(const TrimOrder& order) override { return inner.trim(order); }
  Result<std::vector<FoundBlock>> find_blocks(const SummaryQuery& query, std::size_t limit) override {
    return inner.find_blocks(query, limit);
  }
  Result<std::string> block(std::int64_t id) override { return inner.block(id); }
  Status rollups(UsageStep step, Cut cut, std::int64_t from, std::int64_t to,
                 const std::function<Status(std::int64_t, std::string_view)>& visit) override {
    return inner.rollups(step, cut, from, to, visit);
  }
  Result<std::vector<ModelPrice>> prices() override { return inner.prices(); }
  Status set_prices(const std::vector<ModelPrice>& prices, const Change& change) override {
    return inner.set_prices(prices, change);
  }

  MemoryUsageStore inner;
  std::atomic<bool> fails{false};
};

struct RecorderTest : testing::Test {
  RecorderOptions options() {
    RecorderOptions made;
    made.workers = 2;
    made.waiting_records = 100;
    // The records of these tests are of 2026: they must not be trimmed while they run.
    made.retention.requests = std::chrono::days{36'500};
    return made;
  }
  std::size_t found() { return must(search_requests(store, {}, std::nullopt, 100'000)).records.size(); }
  FaultyStore store;
};

TEST_F(RecorderTest, WritesWhatEveryWorkerHandsOver) {
  Recorder recorder(store, options(), {});
  must(recorder.start());
  std::thread other([&] {
    for (int i = 0; i < 50; ++i) recorder.worker(1).add(record_at(i, 1000 + static_cast<std::uint64_t>(i)));
  });
  for (int i = 0; i < 50; ++i) recorder.worker(0).add(record_at(i, static_cast<std::uint64_t>(i)));
  other.join();
  recorder.flush();
  EXPECT_EQ(found(), 100U);
  EXPECT_EQ(recorder.dropped(), 0U);
}

TEST_F(RecorderTest, WakesByItselfForARecordThatComesWhileItSleeps) {
  RecorderOptions fast = options();
  fast.batch_every = std::chrono::milliseconds{1};
  Recorder recorder(store, fast, {});
  must(recorder.start());
  recorder.flush();
  recorder.worker(0).add(record_at(0));
  // Nobody flushes; ends with the test's time-out if nobody wakes.
  while (found() == 0) std::this_thread::yield();
  EXPECT_EQ(found(), 1U);
}

TEST_F(RecorderTest, DropsAndCountsWhatIsMoreThanItHolds) {
  Recorder recorder(store, options(), {});
  for (int i = 0; i < 130; ++i) recorder.worker(0).add(record_at(i));
  EXPECT_EQ(recorder.dropped(), 30U);
  recorder.worker(1).add(record_at(0));
  EXPECT_EQ(recorder.dropped(), 30U) << "each worker has room of its own";
  must(recorder.start());
  recorder.flush();
  EXPECT_EQ(found(), 101U);
}

TEST_F(RecorderTest, WritesTheRestWhenItEnds) {
  {
    Recorder recorder(store, options(), {});
    must(recorder.start());
    recorder.worker(0).add(record_at(0));
  }
  EXPECT_EQ(found(), 1U);
  EXPECT_FALSE(
      must(store.rollup({UsageStep::Minute, Cut::Token, kMorning.time_since_epoch().count()})).empty());
}

TEST_F(RecorderTest, TriesAgainWhatTheStoreRefusedAndSaysWhenThatBeginsAndEnds) {
  std::vector<std::string> said;
  Recorder recorder(store, options(), [&](const Error* error) {
    said.emplace_back(error == nullptr ? "works" : error->message);
  });
  must(recorder.start());
  store.fails = true;
  recorder.worker(0).add(record_at(0));
  recorder.flush();
  recorder.flush();
  EXPECT_EQ(found(), 0U);
  store.fails = false;
  recorder.worker(0).add(record_at(1, 2));
  recorder.flush();
  EXPECT_EQ(found(), 2U);
  recorder.stop();
  EXPECT_EQ(said, (std::vector<std::string>{"full", "works"}));
}

TEST_F(RecorderTest, DropsAndCountsWhenTheStoreRefusesForLong) {
  Recorder recorder(store, options(), {});
  must(recorder.start());
  store.fails = true;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 100; ++i) recorder.worker(0).add(record_at(i));
    recorder.flush();
  }
  EXPECT_EQ(recorder.dropped(), 200U);
  store.fails = false;
  recorder.flush();
  EXPECT_EQ(found(), 200U);
}

}  // namespace
}  // namespace geminate::usage
