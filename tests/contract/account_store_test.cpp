// Accounts in the database of database mode; memory mode keeps none.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "backend/auth/accounts.h"
#include "backend/storage/open_stores.h"
#include "tests/unit/auth/account_bench.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::auth {
namespace {

class SqlAccounts : public testing::Test {
 protected:
  SqlAccounts() { open(); }
  void open() {
    stores_.reset();
    config::Config config;
    config.key_storage_mode = KeyStorageMode::Database;
    config.data_dir = folder_.path();
    config.database_url = "sqlite:" + (folder_ / "geminate.db").string();
    auto opened = storage::open_stores(config);
    if (!opened.ok()) throw std::runtime_error(opened.error().message + ' ' + opened.error().detail);
    stores_ = std::make_unique<storage::Stores>(std::move(opened).value());
  }
  AccountStore& store() { return *stores_->accounts; }
  Account stored(std::int64_t id) {
    auto rows = store().load().value();
    for (Account& row : rows) {
      if (row.id == id) return std::move(row);
    }
    throw std::runtime_error("no such row");
  }
  static Account anna() {
    Account row;
    row.name = "Anna";
    row.role = Role::Admin;
    row.password_hash = "$argon2id$something";
    row.created_at = parse_rfc3339("2026-06-15T12:00:00Z").value();
    return row;
  }
  std::string bytes_on_disk() {
    std::ostringstream bytes;
    for (const char* name : {"geminate.db", "geminate.db-wal"})
      bytes << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return bytes.str();
  }

  ScratchFolder folder_;
  std::unique_ptr<storage::Stores> stores_;
};

TEST_F(SqlAccounts, BeginWithTheEnvironmentsAdmin) {
  const auto rows = store().load();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->at(0).id, 0);
  EXPECT_EQ(rows->at(0).name, "admin");
  EXPECT_GT(rows->at(0).created_at, parse_rfc3339("2020-01-01T00:00:00Z").value());
}

TEST_F(SqlAccounts, KeepEveryFieldOverARestart) {
  auto row = store().insert(anna(), change_by(0));
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->id, 1);
  row->role = Role::Viewer;
  row->is_active = false;
  row->second_factor = Secret("a second factor's secret");
  row->second_factor_step = 56'000'000;
  row->recovery_hashes = {"one", "two"};
  row->last_login_at = row->created_at + std::chrono::hours{1};
  row->revision = 7;
  ASSERT_TRUE(store().save(*row, change_by(0)).ok());
  open();
  const Account back = stored(1);
  EXPECT_EQ(back.name, "Anna");
  EXPECT_EQ(back.role, Role::Viewer);
  EXPECT_FALSE(back.is_active);
  EXPECT_EQ(back.password_hash, "$argon2id$something");
  EXPECT_EQ(back.second_factor.reveal(), "a second factor's secret");
  EXPECT_EQ(back.second_factor_step, 56'000'000);
  EXPECT_EQ(back.recovery_hashes, row->recovery_hashes);
  EXPECT_EQ(back.created_at, row->created_at);
  EXPECT_EQ(back.last_login_at, row->last_login_at);
  EXPECT_EQ(back.revision, 7);
}

TEST_F(SqlAccounts, HaveUniqueNamesWhateverTheirCapitals) {
  ASSERT_TRUE(store().insert(anna(), change_by(0)).ok());
  Account other = anna();
  other.name = "aNNA";
  const auto second = store().insert(other, change_by(0));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  EXPECT_EQ(second.error().field, "name");
}

TEST_F(SqlAccounts, NeverUseANumberTwice) {
  const auto first = store().insert(anna(), change_by(0));
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(store().erase(first->id, change_by(0)).ok());
  const auto second = store().insert(anna(), change_by(0));
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->id, first->id);
  EXPECT_EQ(store().erase(first->id, change_by(0)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().save(*first, change_by(0)).error().code, ErrorCode::NotFound);
}

TEST_F(SqlAccounts, SealSecondFactorsToTheirRows) {
  auto row = store().insert(anna(), change_by(0));
  ASSERT_TRUE(row.ok());
  row->second_factor = Secret("plainly-to-be-seen-secret");
  ASSERT_TRUE(store().save(*row, change_by(0)).ok());
  EXPECT_EQ(bytes_on_disk().find("plainly-to-be-seen-secret"), std::string::npos);
}

TEST_F(SqlAccounts, LeaveNothingOfADeletedPasswordsHash) {
  Account row = anna();
  row.password_hash = "$argon2id$a-hash-that-goes-away";
  const auto kept = store().insert(row, change_by(0));
  ASSERT_TRUE(kept.ok());
  ASSERT_NE(bytes_on_disk().find("a-hash-that-goes-away"), std::string::npos);
  ASSERT_TRUE(store().erase(kept->id, change_by(0)).ok());
  EXPECT_EQ(bytes_on_disk().find("a-hash-that-goes-away"), std::string::npos);
}

}  // namespace
}  // namespace geminate::auth
