#include "backend/storage/database_keys.h"

#include <gtest/gtest.h>

#include "backend/storage/wrapped_keys.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

class KeysOfADatabase : public DatabaseFixture {
 protected:
  void SetUp() override {
    DatabaseFixture::SetUp();
    connection_ = connect();
  }
  KeyFit judge(const Secret* present, const Secret* previous = nullptr) {
    return need(judge_encryption_keys(*connection_, present, previous));
  }
  void rewrap(const Secret& to) { need(rewrap_keys(*connection_, key, to)); }

  const Secret other_ = encryption_key('x');
  const Secret third_ = encryption_key('y');
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(KeysOfADatabase, OpenWithTheKeyThatTheyWereWrappedUnderAlone) {
  EXPECT_EQ(judge(&key), KeyFit::Fits);
  EXPECT_EQ(judge(&other_), KeyFit::Wrong);
  EXPECT_EQ(judge(nullptr), KeyFit::Wrong);
  EXPECT_EQ(judge(&other_, &third_), KeyFit::Wrong);
}

TEST_F(KeysOfADatabase, OpenWithThePreviousKeyWhereThePresentOneIsNew) {
  EXPECT_EQ(judge(&other_, &key), KeyFit::FitsPrevious);
  EXPECT_EQ(judge(&key, &other_), KeyFit::Fits);
}

TEST_F(KeysOfADatabase, StayTheSameWhenTheyAreRewrapped) {
  const KeyRing before = need(KeyRing::open(*connection_, key));
  rewrap(other_);
  EXPECT_EQ(judge(&key), KeyFit::Wrong) << "the old key opens nothing any more";
  const KeyRing after = need(KeyRing::open(*connection_, other_));
  EXPECT_EQ(after.current(), before.current());
  EXPECT_EQ(after.row_key(after.current())->reveal(), before.row_key(before.current())->reveal());
  EXPECT_EQ(after.token_hash_key().reveal(), before.token_hash_key().reveal());
  EXPECT_EQ(after.lasting_subkey(crypto::KeyPurpose::Uploads).reveal(),
            before.lasting_subkey(crypto::KeyPurpose::Uploads).reveal());
}

TEST_F(KeysOfADatabase, LeaveARowInTheAuditLogWhenTheyAreRewrapped) {
  ASSERT_TRUE(need(settle_keys(*connection_, other_, &key)));
  key = encryption_key('x');
  const auto rows = audit_rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].action, "encryption_key/rewrap");
  EXPECT_TRUE(rows[0].changes.empty());
}

TEST_F(KeysOfADatabase, AreAllDifferentAndNotInTheFile) {
  const KeyRing ring = need(KeyRing::open(*connection_, key));
  const std::string rows = ring.row_key(ring.current())->reveal();
  const std::string uploads = ring.lasting_subkey(crypto::KeyPurpose::Uploads).reveal();
  EXPECT_NE(rows, ring.token_hash_key().reveal());
  EXPECT_NE(rows, uploads);
  EXPECT_NE(uploads, ring.token_hash_key().reveal());
  for (const std::string& text : {key.reveal(), rows, uploads, ring.token_hash_key().reveal()})
    EXPECT_EQ(all_bytes().find(text), std::string::npos);
}

TEST_F(KeysOfADatabase, OfTwoDatabasesDifferUnderOneKey) {
  const std::string first = need(KeyRing::open(*connection_, key)).token_hash_key().reveal();
  path = folder / "another.db";
  SetUp();
  EXPECT_NE(need(KeyRing::open(*connection_, key)).token_hash_key().reveal(), first);
}

TEST_F(KeysOfADatabase, DoNotOpenWhenOneIsAltered) {
  const auto rows = need(load_wrapped_keys(*connection_));
  ASSERT_EQ(rows.size(), 3U);
  for (const WrappedKey& row : rows) {
    for (const std::size_t place : {std::size_t{0}, std::size_t{3}, row.wrapped.bytes.size() - 1}) {
      std::string altered = row.wrapped.bytes;
      altered[place] = static_cast<char>(altered[place] ^ 1);
      need(connection_->run("UPDATE wrapped_keys SET wrapped = $wrapped WHERE id = $id",
                            {{"wrapped", Blob{altered}}, {"id", row.id}}));
      const auto judged = judge_encryption_keys(*connection_, &key, nullptr);
      ASSERT_FALSE(judged.ok()) << row.kind << ", byte " << place;
      EXPECT_EQ(judged.error().code, ErrorCode::Internal);
    }
    need(connection_->run("UPDATE wrapped_keys SET wrapped = $wrapped WHERE id = $id",
                          {{"wrapped", row.wrapped}, {"id", row.id}}));
  }
  EXPECT_EQ(judge(&key), KeyFit::Fits);
}

TEST_F(KeysOfADatabase, DoNotOpenInEachOthersPlace) {
  need(connection_->run(
      "UPDATE wrapped_keys SET wrapped = (SELECT wrapped FROM wrapped_keys WHERE kind = 'tokens') "
      "WHERE kind = 'lasting'"));
  EXPECT_FALSE(judge_encryption_keys(*connection_, &key, nullptr).ok());
}

TEST_F(KeysOfADatabase, AreNotUsedWhenOneIsMissing) {
  for (const char* kind : {"rows", "lasting", "tokens"}) {
    SqlTransaction transaction = need(SqlTransaction::begin(*connection_));
    need(connection_->run("DELETE FROM wrapped_keys WHERE kind = $kind", {{"kind", std::string(kind)}}));
    EXPECT_FALSE(judge_encryption_keys(*connection_, &key, nullptr).ok()) << kind;
  }
}

TEST_F(KeysOfADatabase, AreSettledUnderThePresentKey) {
  EXPECT_FALSE(need(settle_keys(*connection_, key, nullptr))) << "nothing to do";
  EXPECT_TRUE(need(settle_keys(*connection_, other_, &key)));
  EXPECT_EQ(judge(&other_), KeyFit::Fits);
  EXPECT_FALSE(settle_keys(*connection_, third_, &key).ok());
}

}  // namespace
}  // namespace geminate::storage
