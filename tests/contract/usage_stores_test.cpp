#include "backend/storage/sql_usage_store.h"
#include "backend/storage/usage_file.h"
#include "backend/usage/memory_usage_store.h"
#include "tests/contract/usage_store_contract.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::usage::contract {
namespace {

class MemoryUsageBench final : public UsageStoreBench {
 public:
  UsageStore& store() override { return *store_; }
  bool restart() override {
    make();
    return false;
  }

 private:
  void make() { store_ = std::make_unique<MemoryUsageStore>(MemoryLimits{1'000'000, 64 * 1024 * 1024}); }
  std::unique_ptr<MemoryUsageStore> store_ =
      std::make_unique<MemoryUsageStore>(MemoryLimits{1'000'000, 64 * 1024 * 1024});
};

class SqlUsageBench final : public UsageStoreBench {
 public:
  SqlUsageBench() { open(); }
  UsageStore& store() override { return *store_; }
  bool restart() override {
    store_.reset();
    open();
    return true;
  }

 private:
  void open() { store_ = must(storage::SqlUsageStore::open(storage::usage_file(folder_.path()))); }

  ScratchFolder folder_;
  std::unique_ptr<storage::SqlUsageStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Memory, UsageStoreContract,
                         testing::Values(MakeBench([] { return std::make_unique<MemoryUsageBench>(); })));
INSTANTIATE_TEST_SUITE_P(Sql, UsageStoreContract,
                         testing::Values(MakeBench([] { return std::make_unique<SqlUsageBench>(); })));

TEST(MemoryUsage, ForgetsTheOldestBeyondItsLimits) {
  MemoryUsageStore store({1000, 3000});
  UsageWriter writer(store, {});
  must(writer.open());
  for (int i = 0; i < 50; ++i) {
    std::vector<RequestRecord> records;
    for (int j = 0; j < 100; ++j) records.push_back(record_at(i * 60'000 + j));
    must(writer.take(records));
    must(writer.save_rollups());
  }
  const auto found = must(search_requests(store, {}, std::nullopt, 10'000)).records;
  EXPECT_LE(found.size(), 1000U);
  EXPECT_GE(found.size(), 800U);
  const auto minute = [&](int number) {
    return must(
        store.rollup({UsageStep::Minute, Cut::Kind, after(number * 60'000).time_since_epoch().count()}));
  };
  EXPECT_FALSE(minute(49).empty());
  EXPECT_FALSE(must(store.rollup({UsageStep::Hour, Cut::Kind, after(0).time_since_epoch().count()})).empty())
      << "minutes go before hours";
  std::size_t kept = 0;
  for (int i = 0; i < 50; ++i) {
    for (const Cut cut : kCuts) {
      kept +=
          must(store.rollup({UsageStep::Minute, cut, after(i * 60'000).time_since_epoch().count()})).size();
    }
  }
  EXPECT_LE(kept, 3000U);
}

}  // namespace
}  // namespace geminate::usage::contract
