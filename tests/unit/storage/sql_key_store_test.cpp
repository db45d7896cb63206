#include "backend/storage/sql_key_store.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

// What every store does is in tests/contract; here is what only a database can do or get wrong.
using KeysInADatabase = DatabaseFixture;

constexpr const char* kText = "AIzaSy-canary-of-an-upstream-key-0123456789";

keys::UpstreamKey full_key() {
  keys::UpstreamKey key = key_with(kText);
  key.description = "描述 with \"quotes\"";
  key.expires_at = Timestamp{std::chrono::milliseconds{1'900'000'000'123}};
  key.is_active = false;
  key.origin = Origin::Database;
  key.enable_context_management = true;
  key.context_window = 1;
  key.max_tokens_per_day = 9'007'199'254'740'993;
  key.rate_limit_per_minute = 3;
  key.user_id = "user";
  key.project = "project";
  key.tags = {"a,b", "\"c\"", "标签"};
  key.weight = 7;
  key.priority = -8;
  key.is_dead = true;
  key.dead_reason = "reported as leaked";
  key.last_used_at = Timestamp{std::chrono::milliseconds{1'800'000'000'000}};
  key.tokens_used = 12;
  key.used_day = 20'000;
  return key;
}

void expect_same(const keys::UpstreamKey& found, const keys::UpstreamKey& wanted) {
  EXPECT_EQ(found.id, wanted.id);
  EXPECT_EQ(found.text.reveal(), wanted.text.reveal());
  EXPECT_EQ(found.fingerprint, wanted.fingerprint);
  EXPECT_EQ(found.description, wanted.description);
  EXPECT_EQ(found.created_at, wanted.created_at);
  EXPECT_EQ(found.expires_at, wanted.expires_at);
  EXPECT_EQ(found.is_active, wanted.is_active);
  EXPECT_EQ(found.origin, wanted.origin);
  EXPECT_EQ(found.enable_context_management, wanted.enable_context_management);
  EXPECT_EQ(found.context_window, wanted.context_window);
  EXPECT_EQ(found.max_tokens_per_day, wanted.max_tokens_per_day);
  EXPECT_EQ(found.rate_limit_per_minute, wanted.rate_limit_per_minute);
  EXPECT_EQ(found.user_id, wanted.user_id);
  EXPECT_EQ(found.project, wanted.project);
  EXPECT_EQ(found.tags, wanted.tags);
  EXPECT_EQ(found.weight, wanted.weight);
  EXPECT_EQ(found.priority, wanted.priority);
  EXPECT_EQ(found.revision, wanted.revision);
  EXPECT_EQ(found.is_dead, wanted.is_dead);
  EXPECT_EQ(found.dead_reason, wanted.dead_reason);
  EXPECT_EQ(found.last_used_at, wanted.last_used_at);
  EXPECT_EQ(found.tokens_used, wanted.tokens_used);
  EXPECT_EQ(found.used_day, wanted.used_day);
}

TEST_F(KeysInADatabase, ComeBackWithEveryField) {
  const auto inserted = need(key_store().insert({full_key(), key_with("AIza-plain")}, kChange));
  const auto loaded = need(key_store().load());
  ASSERT_EQ(loaded.size(), 2U);
  expect_same(loaded[0], inserted[0]);
  expect_same(loaded[1], inserted[1]);
}

TEST_F(KeysInADatabase, NeverStandInTheFileAsText) {
  SqlKeyStore store = key_store();
  const auto row = need(store.insert({full_key()}, kChange))[0];
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIzaSy-second-canary-text");
  need(store.update(row.id, patch, kChange));
  const std::string bytes = all_bytes();
  EXPECT_NE(bytes.find("project"), std::string::npos) << "the search would find what is there";
  EXPECT_EQ(bytes.find(kText), std::string::npos);
  EXPECT_EQ(bytes.find("canary"), std::string::npos);
}

std::string sealed_text_of(SqlConnection& connection, std::int64_t id) {
  std::string sealed;
  need(connection.run("SELECT sealed_text FROM upstream_keys WHERE id = $id", {{"id", id}},
                      [&sealed](std::span<const SqlValue> row) {
                        sealed = std::get<Blob>(row[0]).bytes;
                        return Status::success();
                      }));
  return sealed;
}

TEST_F(KeysInADatabase, AreOverwrittenWhenDeletedOrReplaced) {
  SqlKeyStore store = key_store();
  const auto keys = need(store.insert({key_with("AIza-to-delete"), key_with("AIza-to-replace")}, kChange));
  const auto connection = connect();
  const std::string deleted = sealed_text_of(*connection, keys[0].id);
  const std::string replaced = sealed_text_of(*connection, keys[1].id);
  ASSERT_NE(all_bytes().find(deleted), std::string::npos);
  ASSERT_NE(all_bytes().find(replaced), std::string::npos);

  need(store.erase({keys[0].id}, kChange));
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIza-replacement");
  need(store.update(keys[1].id, patch, kChange));
  EXPECT_EQ(all_bytes().find(deleted), std::string::npos);
  EXPECT_EQ(all_bytes().find(replaced), std::string::npos);
}

TEST_F(KeysInADatabase, DoNotOpenInAnotherRow) {
  SqlKeyStore store = key_store();
  const auto keys = need(store.insert({key_with("AIza-one"), key_with("AIza-two")}, kChange));
  need(connect()->run(
      "UPDATE upstream_keys SET sealed_text = (SELECT sealed_text FROM upstream_keys WHERE id = $other) "
      "WHERE id = $id",
      {{"id", keys[0].id}, {"other", keys[1].id}}));
  const auto loaded = store.load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::Internal);
  EXPECT_NE(loaded.error().message.find("key " + std::to_string(keys[0].id) + ' '), std::string::npos);
}

TEST_F(KeysInADatabase, DoNotOpenWhenAltered) {
  SqlKeyStore store = key_store();
  const auto row = need(store.insert({key_with("AIza-one")}, kChange))[0];
  const auto connection = connect();
  std::string sealed = sealed_text_of(*connection, row.id);
  for (const std::size_t place : {std::size_t{0}, std::size_t{5}, sealed.size() - 1}) {
    std::string altered = sealed;
    altered[place] = static_cast<char>(altered[place] ^ 1);
    need(connection->run("UPDATE upstream_keys SET sealed_text = $text", {{"text", Blob{altered}}}));
    EXPECT_FALSE(store.load().ok()) << "byte " << place;
  }
}

TEST_F(KeysInADatabase, ReportAColumnThatNobodyOfUsWrote) {
  SqlKeyStore store = key_store();
  need(store.insert({key_with("AIza-one")}, kChange));
  need(connect()->run("UPDATE upstream_keys SET origin = 'moon'"));
  const auto loaded = store.load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().detail.find("origin"), std::string::npos);
}

TEST_F(KeysInADatabase, HaveFingerprintsOfTheirDatabaseAlone) {
  const Secret text{std::string(kText)};
  const std::string fingerprint = key_store().fingerprint_of(text);
  EXPECT_EQ(key_store().fingerprint_of(text), fingerprint);
  path = folder / "another.db";
  SetUp();
  EXPECT_NE(key_store().fingerprint_of(text), fingerprint) << "under the same key encryption key";
}

TEST_F(KeysInADatabase, NeverGetAnIdThatAnotherOneHad) {
  SqlKeyStore store = key_store();
  const auto first = need(store.insert({key_with("AIza-one")}, kChange))[0];
  need(store.erase({first.id}, kChange));
  EXPECT_GT(need(store.insert({key_with("AIza-two")}, kChange))[0].id, first.id);
}

TEST_F(KeysInADatabase, AreNotHalfAddedWhenOneIsADuplicate) {
  SqlKeyStore store = key_store();
  need(store.insert({key_with("AIza-there")}, kChange));
  EXPECT_EQ(store.insert({key_with("AIza-new"), key_with("AIza-there")}, kChange).error().code,
            ErrorCode::Conflict);
  EXPECT_EQ(need(key_store().load()).size(), 1U);
}

TEST_F(KeysInADatabase, CanBeReadWhileTheyAreWritten) {
  SqlKeyStore writer = key_store();
  SqlKeyStore reader = key_store();
  for (std::size_t i = 1; i <= 20; ++i) {
    need(writer.insert({key_with("AIza-" + std::to_string(i))}, kChange));
    EXPECT_EQ(need(reader.load()).size(), i);
  }
}

TEST_F(KeysInADatabase, KeepTheLastUseWhenAFindingHasNone) {
  SqlKeyStore store = key_store();
  const auto row = need(store.insert({full_key()}, kChange))[0];
  keys::KeyFinding finding;
  finding.id = row.id;
  finding.tokens_used = 5;
  finding.used_day = 20'001;
  need(store.save_findings({finding}));
  const auto loaded = need(store.load())[0];
  EXPECT_EQ(loaded.last_used_at, row.last_used_at);
  EXPECT_EQ(loaded.tokens_used, 5);
  EXPECT_EQ(loaded.used_day, 20'001);
  EXPECT_FALSE(loaded.is_dead);
}

TEST_F(KeysInADatabase, SurviveADiskThatIsFull) {
  auto connection = connect();
  // The engine meets this limit where it would meet the disk's.
  need(connection->run("PRAGMA max_page_count = 14"));
  SqlKeyStore store = key_store(std::move(connection));
  const auto kept = need(store.insert({key_with("AIza-kept")}, kChange))[0];
  std::vector<keys::UpstreamKey> many;
  for (int i = 0; i < 500; ++i) many.push_back(key_with("AIza-number-" + std::to_string(i)));
  const auto refused = store.insert(std::move(many), kChange);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  EXPECT_NE(refused.error().message.find("full"), std::string::npos);

  EXPECT_EQ(need(store.load()).size(), 1U);
  KeyPatch patch;
  patch.description = Patch<std::string>::to("still works");
  EXPECT_EQ(need(store.update(kept.id, patch, kChange)).description, "still works");
}

TEST_F(KeysInADatabase, ComeByTheThousand) {
  SqlKeyStore store = key_store();
  std::vector<keys::UpstreamKey> many;
  for (int i = 0; i < 5000; ++i) many.push_back(key_with("AIza-number-" + std::to_string(i)));
  need(store.insert(std::move(many), kChange));
  const auto loaded = need(key_store().load());
  ASSERT_EQ(loaded.size(), 5000U);
  EXPECT_EQ(loaded[4999].text.reveal(), "AIza-number-4999");
}

}  // namespace
}  // namespace geminate::storage
