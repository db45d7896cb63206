#include "backend/storage/data_key_rotation.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "backend/storage/wrapped_keys.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

class DataKeyRotations : public DatabaseFixture {
 protected:
  void add_keys(int count) {
    std::vector<keys::UpstreamKey> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back(key_with("AIza-rotated-" + std::to_string(i)));
      if (i % 2 == 0) rows.back().project = "project-" + std::to_string(i % 7);
    }
    need(key_store().insert(std::move(rows), kChange));
  }
  std::map<std::int64_t, std::string> texts() {
    std::map<std::int64_t, std::string> found;
    for (const auto& row : need(key_store().load())) found[row.id] = row.text.reveal();
    return found;
  }
  /// How many texts each data key has sealed, by its id.
  std::map<std::int64_t, std::int64_t> sealed_by() {
    std::map<std::int64_t, std::int64_t> counts;
    need(connect()->run("SELECT sealed_by, count(*) FROM upstream_keys GROUP BY sealed_by", {},
                        [&counts](std::span<const SqlValue> row) {
                          counts[std::get<std::int64_t>(row[0])] = std::get<std::int64_t>(row[1]);
                          return Status::success();
                        }));
    return counts;
  }
  std::vector<std::string> sealed_texts() {
    std::vector<std::string> found;
    need(connect()->run("SELECT sealed_text FROM upstream_keys", {}, [&found](std::span<const SqlValue> row) {
      found.push_back(std::get<Blob>(row[0]).bytes);
      return Status::success();
    }));
    return found;
  }
  KeyRing ring() { return need(KeyRing::open(*connect(), key)); }
  DataKeyRotation rotate(std::int64_t batch = 500) { return need(rotate_data_key(*connect(), key, batch)); }

  /// A rotation that died after `batches` of its transactions of ten rows: it met a row that it could not
  /// read.
  void rotate_in_part(int batches) {
    const std::string row = " WHERE id = " + std::to_string(batches * 10 + 1);
    need(connect()->run_script("UPDATE upstream_keys SET sealed_by = 9999" + row));
    EXPECT_FALSE(rotate_data_key(*connect(), key, 10).ok());
    need(
        connect()->run_script("UPDATE upstream_keys SET sealed_by = "
                              "(SELECT min(id) FROM wrapped_keys WHERE kind = 'rows')" +
                              row));
  }
};

TEST_F(DataKeyRotations, SealEveryTextByANewKeyAndDeleteTheOldOne) {
  add_keys(25);
  const auto before = texts();
  const KeyRing old = ring();
  const DataKeyRotation rotation = rotate(10);
  EXPECT_EQ(rotation.texts, 25);
  EXPECT_FALSE(rotation.resumed);
  EXPECT_EQ(texts(), before);
  const KeyRing now = ring();
  EXPECT_EQ(now.row_keys(), 1U);
  EXPECT_GT(now.current(), old.current());
  EXPECT_NE(now.row_key(now.current())->reveal(), old.row_key(old.current())->reveal());
  EXPECT_EQ(sealed_by(), (std::map<std::int64_t, std::int64_t>{{now.current(), 25}}));
}

TEST_F(DataKeyRotations, LeaveRowsInTheAuditLogOfTheirBeginningAndTheirEnd) {
  const std::string old = std::to_string(ring().current());
  rotate();
  const std::string current = std::to_string(ring().current());
  const auto rows = audit_rows();
  ASSERT_EQ(rows.size(), 2U);
  for (const AuditRow& row : rows) EXPECT_EQ(row.action, "data_key/rotate");
  EXPECT_EQ(rows[0].changes, (std::vector<FieldMove>{{"data_key", old, current}}));
  EXPECT_EQ(rows[1].changes, (std::vector<FieldMove>{{"data_key", "older than " + current, std::nullopt}}));
}

TEST_F(DataKeyRotations, LeaveEveryOtherKeyAlone) {
  add_keys(1);
  const KeyRing before = ring();
  rotate();
  EXPECT_EQ(ring().token_hash_key().reveal(), before.token_hash_key().reveal());
  EXPECT_EQ(ring().lasting_subkey(crypto::KeyPurpose::Uploads).reveal(),
            before.lasting_subkey(crypto::KeyPurpose::Uploads).reveal());
}

TEST_F(DataKeyRotations, LeaveDuplicatesToBeFound) {
  add_keys(3);
  rotate();
  EXPECT_EQ(key_store().insert({key_with("AIza-rotated-1")}, kChange).error().code, ErrorCode::Conflict);
  for (const auto& row : need(key_store().load()))
    EXPECT_EQ(row.fingerprint, key_store().fingerprint_of(row.text));
}

TEST_F(DataKeyRotations, OfAnEmptyDatabaseExchangeItsKey) {
  const std::int64_t before = ring().current();
  EXPECT_EQ(rotate().texts, 0);
  EXPECT_GT(ring().current(), before);
}

TEST_F(DataKeyRotations, NeverGiveAKeyAnIdThatAnotherOneHad) {
  std::set<std::int64_t> ids{ring().current()};
  for (int i = 0; i < 3; ++i) {
    rotate();
    EXPECT_TRUE(ids.insert(ring().current()).second);
  }
}

TEST_F(DataKeyRotations, CutShortLeaveADatabaseThatWorksAndGoOn) {
  add_keys(45);
  const auto before = texts();
  rotate_in_part(2);
  EXPECT_EQ(ring().row_keys(), 2U);
  EXPECT_EQ(sealed_by().rbegin()->second, 20);
  EXPECT_EQ(texts(), before);

  const auto added = need(key_store().insert({key_with("AIza-in-between")}, kChange))[0];
  KeyPatch patch;
  patch.project = Patch<std::string>::to("moved");
  need(key_store().update(40, patch, kChange));
  EXPECT_EQ(sealed_by().rbegin()->second, 22) << "edits are sealed by the new key";

  const DataKeyRotation rest = rotate();
  EXPECT_TRUE(rest.resumed);
  EXPECT_EQ(rest.texts, 24);
  EXPECT_EQ(ring().row_keys(), 1U);
  auto expected = before;
  expected[added.id] = "AIza-in-between";
  EXPECT_EQ(texts(), expected);
}

TEST_F(DataKeyRotations, LeaveNothingOfTheOldKeyOrItsTexts) {
  add_keys(400);
  auto old = sealed_texts();
  for (const WrappedKey& row : need(load_wrapped_keys(*connect()))) {
    if (row.kind == kRowsKind) old.push_back(row.wrapped.bytes);
  }
  rotate(50);
  const std::string bytes = all_bytes();
  for (const std::string& sealed : old) EXPECT_EQ(bytes.find(sealed.substr(1, 24)), std::string::npos);
}

TEST_F(DataKeyRotations, WorkBesideAStoreThatIsOpen) {
  add_keys(30);
  SqlKeyStore store = key_store();
  rotate(10);
  EXPECT_EQ(need(store.load()).size(), 30U);
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIza-after-the-rotation");
  need(store.update(1, patch, kChange));
  need(store.insert({key_with("AIza-added-after")}, kChange));
  rotate();
  need(store.update_many({2, 3}, KeyPatch{}, kChange));
  EXPECT_EQ(sealed_by(), (std::map<std::int64_t, std::int64_t>{{ring().current(), 31}}));
  EXPECT_EQ(texts().at(1), "AIza-after-the-rotation");
}

TEST_F(DataKeyRotations, WorkBesideAnotherOne) {
  add_keys(45);
  rotate_in_part(1);
  rotate_in_part(2);
  EXPECT_EQ(ring().row_keys(), 2U) << "both work on the same one";
  rotate();
  EXPECT_EQ(ring().row_keys(), 1U);
}

TEST_F(DataKeyRotations, StopAtATextThatDoesNotOpenAndKeepItsKey) {
  add_keys(12);
  need(connect()->run_script("UPDATE upstream_keys SET project = 'stolen' WHERE id = 5"));
  const auto refused = rotate_data_key(*connect(), key);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("key 5 "), std::string::npos) << refused.error().message;
  EXPECT_EQ(ring().row_keys(), 2U);
}

TEST_F(DataKeyRotations, NeedTheKeyEncryptionKey) {
  add_keys(3);
  EXPECT_FALSE(rotate_data_key(*connect(), encryption_key('x')).ok());
  EXPECT_EQ(ring().row_keys(), 1U);
}

TEST_F(DataKeyRotations, AreNotLearntByAStoreWhoseKeyEncryptionKeyWasExchanged) {
  add_keys(3);
  SqlKeyStore store = key_store();
  const Secret next = encryption_key('n');
  need(rewrap_keys(*connect(), key, next));
  need(store.insert({key_with("AIza-still-works")}, kChange));
  need(rotate_data_key(*connect(), next));
  const auto refused = store.insert({key_with("AIza-would-be-lost")}, kChange);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  EXPECT_NE(refused.error().message.find("restart"), std::string::npos);
}

}  // namespace
}  // namespace geminate::storage
