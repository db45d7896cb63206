#include "backend/storage/open_stores.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "backend/crypto/encoding.h"
#include "backend/storage/migrations.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

class OpenStores : public testing::Test {
 protected:
  OpenStores() {
    config_.key_storage_mode = KeyStorageMode::Database;
    config_.database_url = "sqlite:" + path_.string();
    config_.data_dir = data_;
  }

  /// Adds a key and ends without closing anything, as a killed server does: the log stays.
  void add_key_and_die() {
    const pid_t child = ::fork();
    if (child == 0) {
      auto stores = open_stores(config_);
      ::_exit(stores.ok() && stores->keys->insert({key_with("AIza-kept")}, kChange).ok() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    ASSERT_FALSE(bytes_of(path_.string() + "-wal").empty());
  }

  /// The start is refused with advice, and neither the database nor its log nor the key's file is touched.
  void expect_refusal(std::string_view finding) {
    const std::string before = bytes_of(path_) + bytes_of(path_.string() + "-wal") + bytes_of(key_file_);
    const auto refused = open_stores(config_);
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.error().message.find(finding), std::string::npos) << refused.error().message;
    EXPECT_EQ(bytes_of(path_) + bytes_of(path_.string() + "-wal") + bytes_of(key_file_), before);
  }

  static bool noted(const Stores& stores, std::string_view text) {
    return std::any_of(stores.notes.begin(), stores.notes.end(),
                       [text](const std::string& note) { return note.find(text) != std::string::npos; });
  }

  ScratchFolder folder_;
  fs::path data_ = folder_ / "data";
  fs::path path_ = data_ / "geminate.db";
  fs::path key_file_ = data_ / "encryption.key";
  config::Config config_;
};

TEST_F(OpenStores, KeepsMemoryModeOffTheDisk) {
  config_.key_storage_mode = KeyStorageMode::Memory;
  config_.gemini_api_keys = {Secret("AIza-one"), Secret("AIza-two")};
  const Stores stores = need(open_stores(config_));
  EXPECT_EQ(stores.keys->mode(), KeyStorageMode::Memory);
  EXPECT_EQ(need(stores.keys->load()).size(), 2U);
  EXPECT_FALSE(fs::exists(data_));
  EXPECT_TRUE(stores.notes.empty());
}

TEST_F(OpenStores, BeginsWithAKeyOfItsOwnAndSaysWhere) {
  const Stores stores = need(open_stores(config_));
  EXPECT_EQ(stores.keys->mode(), KeyStorageMode::Database);
  EXPECT_EQ(permissions_of(key_file_), 0600U);
  EXPECT_EQ(permissions_of(data_), 0700U);
  EXPECT_TRUE(noted(stores, key_file_.string()));
  EXPECT_TRUE(noted(stores, "Back it up, apart from the database"));
  for (const std::string& note : stores.notes) {
    EXPECT_EQ(note.find(bytes_of(key_file_).substr(0, 10)), std::string::npos) << "the key itself is no news";
  }
  EXPECT_EQ(stores.token_hash_key.reveal().size(), 32U);
}

TEST_F(OpenStores, FindsEverythingAgain) {
  std::string hash_key;
  {
    const Stores stores = need(open_stores(config_));
    need(stores.keys->insert({key_with("AIza-kept")}, kChange));
    auth::ClientToken token;
    token.secret_hash = std::string(32, '\0');
    need(stores.tokens->insert(token, kChange));
    hash_key = stores.token_hash_key.reveal();
  }
  const Stores stores = need(open_stores(config_));
  EXPECT_TRUE(stores.notes.empty()) << stores.notes.front();
  EXPECT_EQ(need(stores.keys->load()).at(0).text.reveal(), "AIza-kept");
  EXPECT_EQ(need(stores.tokens->load()).at(0).secret_hash, std::string(32, '\0'));
  EXPECT_EQ(stores.token_hash_key.reveal(), hash_key);
}

TEST_F(OpenStores, FindsWhatAKilledServerLeft) {
  add_key_and_die();
  EXPECT_EQ(need(need(open_stores(config_)).keys->load()).size(), 1U);
}

TEST_F(OpenStores, WritesNoKeyFileWhenOneIsSet) {
  config_.key_encryption_key = encryption_key('s');
  need(open_stores(config_));
  EXPECT_FALSE(fs::exists(key_file_));
}

TEST_F(OpenStores, RefusesAWrongKeyAndTouchesNothing) {
  config_.key_encryption_key = encryption_key('s');
  add_key_and_die();
  config_.key_encryption_key = encryption_key('x');
  expect_refusal("KEY_ENCRYPTION_KEY is not the one");
  config_.key_encryption_key = encryption_key('s');
  EXPECT_EQ(need(need(open_stores(config_)).keys->load()).size(), 1U) << "with the right one all is there";
}

TEST_F(OpenStores, RefusesToStartWithoutTheKeyAndTouchesNothing) {
  add_key_and_die();
  const fs::path moved = folder_ / "elsewhere.key";
  fs::rename(key_file_, moved);
  expect_refusal("KEY_ENCRYPTION_KEY is not set");
  EXPECT_FALSE(fs::exists(key_file_)) << "no new key takes the lost one's place";
  fs::rename(moved, key_file_);
  EXPECT_EQ(need(need(open_stores(config_)).keys->load()).size(), 1U);
}

TEST_F(OpenStores, RefusesAnotherKeysFile) {
  add_key_and_die();
  write_bytes(key_file_, crypto::base64_encode(std::string(32, 'x')));
  expect_refusal("encryption.key is not the one");
}

TEST_F(OpenStores, RefusesAnotherKeyEvenWhileNothingIsSealed) {
  need(open_stores(config_));
  config_.key_encryption_key = encryption_key('s');
  expect_refusal("KEY_ENCRYPTION_KEY is not the one");
}

TEST_F(OpenStores, RefusesAWrongKeyForTokensToo) {
  config_.key_encryption_key = encryption_key('s');
  { need(need(open_stores(config_)).tokens->insert({}, kChange)); }
  config_.key_encryption_key = encryption_key('x');
  expect_refusal("KEY_ENCRYPTION_KEY is not the one");
}

TEST_F(OpenStores, RefusesADamagedDatabaseAndMakesNoOther) {
  need(open_stores(config_));
  write_bytes(path_, "SQLite format 3, or so it says");
  expect_refusal("Restore it from a backup");
}

TEST_F(OpenStores, RefusesADatabaseFromANewerProgram) {
  need(open_stores(config_));
  need(need(open_database(path_))->set_schema_version(current_schema_version() + 1));
  expect_refusal("newer version");
}

TEST_F(OpenStores, RefusesAnEmptyFile) {
  fs::create_directory(data_);
  write_bytes(path_, "");
  expect_refusal("empty file");
}

TEST_F(OpenStores, RefusesAUrlItDoesNotKnow) {
  config_.database_url = "postgresql://localhost/geminate";
  EXPECT_EQ(open_stores(config_).error().field, "DATABASE_URL");
  EXPECT_FALSE(fs::exists(data_));
}

TEST_F(OpenStores, SaysThatTheEnvironmentsKeysAreNotRead) {
  config_.gemini_api_keys = {Secret("AIza-canary-of-the-environment")};
  const Stores stores = need(open_stores(config_));
  EXPECT_TRUE(need(stores.keys->load()).empty());
  EXPECT_TRUE(noted(stores, "GEMINI_API_KEYS is not read in database mode"));
  EXPECT_FALSE(noted(stores, "canary"));
}

TEST_F(OpenStores, SaysWhenOthersMayReadTheFiles) {
  need(open_stores(config_));
  fs::permissions(path_, fs::perms(0644));
  EXPECT_TRUE(noted(need(open_stores(config_)), path_.string()));
}

}  // namespace
}  // namespace geminate::storage
