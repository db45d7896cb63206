#include "backend/storage/old_layout.h"

#include <gtest/gtest.h>

#include "backend/storage/open_stores.h"
#include "tests/unit/storage/old_database.h"

namespace geminate::storage {
namespace {

class OldLayout : public testing::Test {
 protected:
  OldLayout() {
    config_.key_storage_mode = KeyStorageMode::Database;
    config_.database_url = "sqlite:" + path_.string();
    config_.data_dir = folder_ / "data";
    config_.key_encryption_key = kek_;
  }

  void write(const std::vector<OldKey>& keys) { write_old_database(path_, kek_, keys); }
  std::unique_ptr<SqliteConnection> connect() {
    return need(SqliteConnection::open(path_, SqliteConnection::Access::ReadWrite));
  }
  std::string all_bytes() const { return bytes_of(path_) + bytes_of(path_.string() + "-wal"); }
  std::string text(const std::string& sql) {
    std::string found;
    need(connect()->run(sql, {}, [&found](std::span<const SqlValue> row) {
      if (const auto* blob = std::get_if<Blob>(&row[0])) found = blob->bytes;
      if (const auto* column = std::get_if<std::string>(&row[0])) found = *column;
      return Status::success();
    }));
    return found;
  }

  ScratchFolder folder_;
  std::filesystem::path path_ = folder_ / "geminate.db";
  Secret kek_ = encryption_key('k');
  config::Config config_;
};

TEST_F(OldLayout, IsLeftWithoutLosingAKeyOrItsFields) {
  write({{3, "AIza-old-one", ""}, {7, "AIza-old-two", "paid"}});
  const Stores stores = need(open_stores(config_));
  const auto keys = need(stores.keys->load());
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].text.reveal(), "AIza-old-one");
  EXPECT_FALSE(keys[0].project);
  EXPECT_EQ(keys[1].text.reveal(), "AIza-old-two");
  EXPECT_EQ(keys[1].project, "paid");
  EXPECT_EQ(keys[1].revision, 9) << "it is not an edit";
  EXPECT_EQ(keys[1].dead_reason, "leaked");
  EXPECT_EQ(keys[1].weight, 3);
  EXPECT_EQ(need(stores.keys->insert({key_with("AIza-new")}, kChange))[0].id, 8) << "the sequence goes on";
}

TEST_F(OldLayout, IsLeftWithFingerprintsThatFindDuplicates) {
  write({{3, "AIza-old-one", ""}});
  const Stores stores = need(open_stores(config_));
  EXPECT_EQ(need(stores.keys->load())[0].fingerprint, stores.keys->fingerprint_of(Secret("AIza-old-one")));
  EXPECT_EQ(stores.keys->insert({key_with("AIza-old-one")}, kChange).error().code, ErrorCode::Conflict);
}

TEST_F(OldLayout, IsLeftWithEveryTokenValid) {
  write({});
  add_old_token(*connect(), kek_, "a-token's-secret");
  const Stores stores = need(open_stores(config_));
  const auto tokens = need(stores.tokens->load());
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].secret_hash,
            crypto::keyed_hash(stores.token_hash_key, std::string("a-token's-secret")));
}

TEST_F(OldLayout, LeavesNothingBehindThatItSealed) {
  write({{3, "AIza-old-one", ""}});
  const std::string sealed = text("SELECT sealed_text FROM upstream_keys");
  const std::string fingerprint = text("SELECT fingerprint FROM upstream_keys");
  const std::string check = text("SELECT value FROM facts");
  ASSERT_NE(all_bytes().find(sealed), std::string::npos);
  const Stores stores = need(open_stores(config_));
  for (const std::string& old : {sealed, fingerprint, check})
    EXPECT_EQ(all_bytes().find(old), std::string::npos);
}

TEST_F(OldLayout, IsLeftUnderANewKeyWhereThePreviousOneIsGiven) {
  write({{3, "AIza-old-one", ""}});
  config_.key_encryption_key_previous = kek_;
  config_.key_encryption_key = encryption_key('n');
  { EXPECT_EQ(need(need(open_stores(config_)).keys->load()).size(), 1U); }
  config_.key_encryption_key_previous = Secret();
  EXPECT_EQ(need(need(open_stores(config_)).keys->load())[0].text.reveal(), "AIza-old-one");
}

TEST_F(OldLayout, IsNotTouchedByAWrongKey) {
  write({{3, "AIza-old-one", ""}});
  const std::string before = all_bytes();
  config_.key_encryption_key = encryption_key('x');
  EXPECT_FALSE(open_stores(config_).ok());
  config_.key_encryption_key = Secret();
  EXPECT_FALSE(open_stores(config_).ok());
  EXPECT_EQ(all_bytes(), before);
}

TEST_F(OldLayout, TakesAnyKeyWhileNothingIsSealed) {
  write({});
  config_.key_encryption_key = encryption_key('x');
  need(open_stores(config_));
  config_.key_encryption_key = kek_;
  EXPECT_FALSE(open_stores(config_).ok()) << "from then on it has one";
}

TEST_F(OldLayout, StaysAsItIsWhenARowDoesNotOpen) {
  write({{3, "AIza-old-one", ""}, {4, "AIza-old-two", ""}});
  need(connect()->run(
      "UPDATE upstream_keys SET sealed_text = (SELECT sealed_text FROM upstream_keys WHERE id = 3)"));
  const std::string schema = text("SELECT group_concat(sql) FROM sqlite_schema");
  const auto refused = open_stores(config_);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("key 4 "), std::string::npos) << refused.error().message;
  EXPECT_EQ(text("SELECT group_concat(sql) FROM sqlite_schema"), schema);
  EXPECT_EQ(need(connect()->schema_version()), 5);
}

TEST_F(OldLayout, IsLeftByThousandsOfRows) {
  std::vector<OldKey> keys;
  for (int i = 1; i <= 3000; ++i) keys.push_back({i, "AIza-old-" + std::to_string(i), i % 3 ? "p" : ""});
  write(keys);
  const auto loaded = need(need(open_stores(config_)).keys->load());
  ASSERT_EQ(loaded.size(), 3000U);
  EXPECT_EQ(loaded[2999].text.reveal(), "AIza-old-3000");
}

}  // namespace
}  // namespace geminate::storage
