// What every SettingStore promises, in memory and in a database.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "backend/storage/database_file.h"
#include "backend/storage/sql_setting_store.h"
#include "tests/unit/storage/database_fixture.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::config {
namespace {

constexpr Timestamp kThen{std::chrono::milliseconds{1'800'000'000'123}};
const Change kChange{Caller::server(), AuditAction::SettingsUpdate};

/// Holds a store, and opens it anew if it outlives that.
class Bench {
 public:
  explicit Bench(bool in_database) : in_database_(in_database) {
    if (in_database_)
      storage::need(
          storage::create_database(file(), [](storage::SqlConnection&) { return Status::success(); }));
    if (in_database_) storage::need(trail().begin_log(*storage::need(storage::open_database(file()))));
    open();
  }
  SettingStore& store() { return *store_; }
  void reopen() {
    if (in_database_) open();
  }

 private:
  static storage::SqlAuditTrail trail() { return storage::SqlAuditTrail(Secret(std::string(32, 'k'))); }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "geminate.db"; }
  void open() {
    store_.reset();
    if (in_database_) {
      store_ =
          std::make_unique<storage::SqlSettingStore>(storage::need(storage::open_database(file())), trail());
    } else {
      store_ = std::make_unique<MemorySettingStore>();
    }
  }

  const bool in_database_;
  ScratchFolder folder_;
  std::unique_ptr<SettingStore> store_;
};

class SettingStoreContract : public testing::TestWithParam<bool> {
 protected:
  std::vector<SettingRow> load() {
    bench_.reopen();
    auto rows = bench_.store().load();
    EXPECT_TRUE(rows.ok());
    auto sorted = std::move(rows).value();
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return sorted;
  }
  Bench bench_{GetParam()};
};

TEST_P(SettingStoreContract, BeginsEmpty) { EXPECT_TRUE(load().empty()); }

TEST_P(SettingStoreContract, KeepsEveryFieldOfWhatWasSaved) {
  ASSERT_TRUE(
      bench_.store().save({{"A", "eins, 二", 1, kThen}, {"B", std::nullopt, 7, kThen}}, kChange).ok());
  const auto rows = load();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "A");
  EXPECT_EQ(rows[0].value, "eins, 二");
  EXPECT_EQ(rows[0].revision, 1);
  EXPECT_EQ(rows[0].changed_at, kThen);
  EXPECT_EQ(rows[1].value, std::nullopt);
  EXPECT_EQ(rows[1].revision, 7);
}

TEST_P(SettingStoreContract, PutsARowInThePlaceOfTheOneBefore) {
  ASSERT_TRUE(bench_.store().save({{"A", "1", 1, kThen}, {"B", "1", 1, kThen}}, kChange).ok());
  ASSERT_TRUE(bench_.store().save({{"A", std::nullopt, 2, kThen}}, kChange).ok());
  const auto rows = load();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].value, std::nullopt);
  EXPECT_EQ(rows[0].revision, 2);
  EXPECT_EQ(rows[1].value, "1");
}

INSTANTIATE_TEST_SUITE_P(Stores, SettingStoreContract, testing::Bool(),
                         [](const auto& each) { return each.param ? "Database" : "Memory"; });

}  // namespace
}  // namespace geminate::config
