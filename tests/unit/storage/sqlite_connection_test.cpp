#include "backend/storage/sqlite_connection.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/unit/storage/scratch_folder.h"

namespace geminate::storage {
namespace {

bool same(const SqlValue& left, const SqlValue& right) {
  const auto* blob = std::get_if<Blob>(&left);
  if (blob != nullptr) return blob->bytes == std::get<Blob>(right).bytes;
  if (const auto* text = std::get_if<std::string>(&left)) return *text == std::get<std::string>(right);
  if (const auto* number = std::get_if<std::int64_t>(&left)) return *number == std::get<std::int64_t>(right);
  return true;
}

class Sqlite : public testing::Test {
 protected:
  void SetUp() override {
    write_bytes(path_, "");
    connection_ = open();
    ASSERT_TRUE(connection_->run_script("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b UNIQUE)").ok());
  }

  std::unique_ptr<SqliteConnection> open(
      SqliteConnection::Access access = SqliteConnection::Access::ReadWrite) {
    auto opened = SqliteConnection::open(path_, access);
    EXPECT_TRUE(opened.ok()) << opened.error().detail;
    return std::move(opened).value();
  }

  std::vector<SqlValue> first_row(std::string_view sql, SqliteConnection* connection = nullptr) {
    std::vector<SqlValue> first;
    const auto run = (connection == nullptr ? connection_.get() : connection)
                         ->run(sql, {}, [&first](std::span<const SqlValue> row) {
                           if (first.empty()) first.assign(row.begin(), row.end());
                           return Status::success();
                         });
    EXPECT_TRUE(run.ok());
    return first;
  }
  std::int64_t number(std::string_view sql, SqliteConnection* connection = nullptr) {
    return std::get<std::int64_t>(first_row(sql, connection).at(0));
  }

  ScratchFolder folder_;
  std::filesystem::path path_ = folder_ / "test.db";
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(Sqlite, BindsByNameWhateverTheOrder) {
  ASSERT_TRUE(
      connection_
          ->run("INSERT INTO t (a, b) VALUES ($a, $b)", {{"b", std::int64_t{2}}, {"a", std::int64_t{1}}})
          .ok());
  EXPECT_EQ(number("SELECT a FROM t"), 1);
  // Here $b appears first.
  ASSERT_TRUE(
      connection_->run("UPDATE t SET b = $b, a = $a + $b", {{"a", std::int64_t{10}}, {"b", std::int64_t{5}}})
          .ok());
  EXPECT_EQ(number("SELECT a FROM t"), 15);
}

TEST_F(Sqlite, RefusesParametersThatAreMissingUnknownOrTooMany) {
  const std::string insert = "INSERT INTO t (a, b) VALUES ($a, $b)";
  const SqlParameter a{"a", std::int64_t{1}};
  EXPECT_EQ(connection_->run(insert, {a}).error().code, ErrorCode::Internal);
  EXPECT_EQ(connection_->run(insert, {a, {"c", std::int64_t{1}}}).error().code, ErrorCode::Internal);
  EXPECT_EQ(connection_->run(insert, {a, {"b", {}}, {"c", {}}}).error().code, ErrorCode::Internal);
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
}

TEST_F(Sqlite, RefusesMoreThanOneStatement) {
  EXPECT_EQ(connection_->run("DELETE FROM t; DELETE FROM t").error().code, ErrorCode::Internal);
}

TEST_F(Sqlite, KeepsValuesAsTheyAre) {
  const std::string zeros("a\0b", 3);
  const std::vector<SqlValue> values = {SqlValue{},
                                        std::numeric_limits<std::int64_t>::min(),
                                        std::numeric_limits<std::int64_t>::max(),
                                        std::string(),
                                        zeros,
                                        std::string("汉字"),
                                        Blob{},
                                        Blob{zeros},
                                        Blob{std::string(100'000, '\xff')}};
  for (const SqlValue& value : values) {
    ASSERT_TRUE(connection_->run("INSERT OR REPLACE INTO t (id, a) VALUES (1, $a)", {{"a", value}}).ok());
    const SqlValue found = first_row("SELECT a FROM t")[0];
    ASSERT_EQ(found.index(), value.index());
    EXPECT_TRUE(same(found, value)) << "kind " << value.index();
  }
}

TEST_F(Sqlite, AnswersHowManyRowsChanged) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(*connection_->run("INSERT INTO t (a) VALUES (1)"), 1);
  EXPECT_EQ(*connection_->run("UPDATE t SET a = 2"), 3);
  EXPECT_EQ(*connection_->run("DELETE FROM t WHERE id = 99"), 0);
  EXPECT_EQ(*connection_->run("SELECT * FROM t"), 0);
}

TEST_F(Sqlite, ReportsADuplicateAsConflict) {
  ASSERT_TRUE(connection_->run("INSERT INTO t (b) VALUES ('x')").ok());
  EXPECT_EQ(connection_->run("INSERT INTO t (b) VALUES ('x')").error().code, ErrorCode::Conflict);
}

TEST_F(Sqlite, EndsTheStatementWhenTheVisitorFails) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(connection_->run("INSERT INTO t (a) VALUES (1)").ok());
  int seen = 0;
  const auto run = connection_->run("SELECT a FROM t", {}, [&seen](std::span<const SqlValue>) -> Status {
    ++seen;
    return Error{ErrorCode::Malformed, "enough", {}, {}, {}};
  });
  EXPECT_EQ(run.error().code, ErrorCode::Malformed);
  EXPECT_EQ(seen, 1);
  // The statement was reset: it neither holds a lock nor goes on in the middle.
  EXPECT_TRUE(connection_->run_script("DROP TABLE t").ok());
}

TEST_F(Sqlite, RollsBackATransactionThatIsNotCommitted) {
  {
    auto transaction = SqlTransaction::begin(*connection_);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(connection_->run("INSERT INTO t (a) VALUES (1)").ok());
  }
  EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
  {
    auto transaction = SqlTransaction::begin(*connection_);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(connection_->run("INSERT INTO t (a) VALUES (1)").ok());
    ASSERT_TRUE(transaction->commit().ok());
  }
  EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_F(Sqlite, LetsOthersReadWhileItWrites) {
  ASSERT_TRUE(connection_->run("INSERT INTO t (a) VALUES (1)").ok());
  const auto reader = open();
  auto transaction = SqlTransaction::begin(*connection_);
  ASSERT_TRUE(transaction.ok());
  ASSERT_TRUE(connection_->run("INSERT INTO t (a) VALUES (2)").ok());
  EXPECT_EQ(number("SELECT count(*) FROM t", reader.get()), 1) << "what is not committed is not seen";
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(number("SELECT count(*) FROM t", reader.get()), 2);
}

TEST_F(Sqlite, IsSetUpForDurabilityAndForgetting) {
  EXPECT_EQ(std::get<std::string>(first_row("PRAGMA journal_mode")[0]), "wal");
  EXPECT_EQ(number("PRAGMA synchronous"), 2);
  EXPECT_EQ(number("PRAGMA secure_delete"), 1);
  EXPECT_EQ(number("PRAGMA foreign_keys"), 1);
}

TEST_F(Sqlite, ChangesNothingWhileItInspects) {
  for (const auto access : {SqliteConnection::Access::Inspect, SqliteConnection::Access::Read}) {
    const auto inspector = open(access);
    EXPECT_EQ(number("SELECT count(*) FROM t", inspector.get()), 0);
    EXPECT_EQ(inspector->run("INSERT INTO t (a) VALUES (1)").error().code, ErrorCode::Unavailable);
  }
}

TEST_F(Sqlite, DoesNotMakeAFileThatIsMissing) {
  const auto opened = SqliteConnection::open(folder_ / "missing.db", SqliteConnection::Access::ReadWrite);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::Unavailable);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "missing.db"));
}

TEST_F(Sqlite, SaysNoValueInItsErrors) {
  const std::string insert = "INSERT INTO t (b) VALUES ($b)";
  ASSERT_TRUE(connection_->run(insert, {{"b", std::string("canary-value")}}).ok());
  const auto again = connection_->run(insert, {{"b", std::string("canary-value")}});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ((again.error().message + again.error().detail).find("canary"), std::string::npos);
}

}  // namespace
}  // namespace geminate::storage
