#include "backend/storage/migrations.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backend/storage/sqlite_connection.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::storage {
namespace {

class Migrations : public testing::Test {
 protected:
  void SetUp() override { start_empty(); }
  void start_empty() {
    const auto path = folder_ / ("test" + std::to_string(++databases_) + ".db");
    write_bytes(path, "");
    auto opened = SqliteConnection::open(path, SqliteConnection::Access::ReadWrite);
    ASSERT_TRUE(opened.ok());
    connection_ = std::move(opened).value();
  }
  /// The schema as SQLite keeps it.
  std::string schema() {
    std::string text;
    (void)connection_->run("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name", {},
                           [&text](std::span<const SqlValue> row) {
                             text += std::get<std::string>(row[0]) + '\n';
                             return Status::success();
                           });
    return text;
  }

  ScratchFolder folder_;
  int databases_ = 0;
  std::unique_ptr<SqliteConnection> connection_;
};

TEST_F(Migrations, CountUpFromOneWithoutGaps) {
  std::int32_t expected = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.to, ++expected);
  EXPECT_EQ(current_schema_version(), expected);
}

TEST_F(Migrations, LeadToTheSameSchemaFromEveryVersion) {
  ASSERT_TRUE(migrate(*connection_, migrations()).ok());
  const std::string wanted = schema();
  for (std::size_t from = 0; from <= migrations().size(); ++from) {
    start_empty();
    ASSERT_TRUE(migrate(*connection_, migrations().first(from)).ok());
    EXPECT_EQ(*connection_->schema_version(), static_cast<std::int32_t>(from));
    ASSERT_TRUE(migrate(*connection_, migrations()).ok());
    EXPECT_EQ(*connection_->schema_version(), current_schema_version());
    EXPECT_EQ(schema(), wanted) << "from version " << from;
  }
}

constexpr Migration kThreeSteps[] = {
    {1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)"},
    {2, "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1"},
    {3, "CREATE TABLE b AS SELECT x + y AS z FROM a"},
};

TEST_F(Migrations, TakeOnlyTheStepsThatAreMissingAndKeepTheRows) {
  for (const std::size_t from : {0U, 1U, 2U, 3U}) {
    start_empty();
    ASSERT_TRUE(migrate(*connection_, std::span(kThreeSteps).first(from)).ok());
    ASSERT_TRUE(migrate(*connection_, kThreeSteps).ok()) << from;
    std::int64_t sum = 0;
    ASSERT_TRUE(connection_
                    ->run("SELECT z FROM b", {},
                          [&sum](std::span<const SqlValue> row) {
                            sum += std::get<std::int64_t>(row[0]);
                            return Status::success();
                          })
                    .ok());
    EXPECT_EQ(sum, 3) << "from version " << from;
  }
}

TEST_F(Migrations, AreAllOrNothing) {
  constexpr Migration kFaulty[] = {kThreeSteps[0],
                                   {2, "CREATE TABLE c (x INTEGER); INSERT INTO missing VALUES (1)"}};
  EXPECT_FALSE(migrate(*connection_, kFaulty).ok());
  EXPECT_EQ(*connection_->schema_version(), 0);
  EXPECT_EQ(schema(), "");
}

TEST_F(Migrations, RefuseADatabaseFromANewerProgram) {
  ASSERT_TRUE(migrate(*connection_, kThreeSteps).ok());
  const std::string before = schema();
  const Status refused = migrate(*connection_, std::span(kThreeSteps).first(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("newer"), std::string::npos);
  EXPECT_EQ(schema(), before);
  EXPECT_EQ(*connection_->schema_version(), 3);
}

}  // namespace
}  // namespace geminate::storage
