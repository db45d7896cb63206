#include "backend/storage/usage_file.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

struct UsageFile : testing::Test {
  ScratchFolder folder;
  fs::path path = usage_file(folder / "data");

  std::unique_ptr<SqliteConnection> open() { return need(open_usage_file(path)); }

  /// Refused, in words that name the file and what to do, and not a byte is changed.
  void expect_refusal(std::string_view finding) {
    const std::string before = bytes_of(path);
    const auto refused = open_usage_file(path);
    ASSERT_FALSE(refused.ok()) << finding;
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
    EXPECT_NE(refused.error().message.find(finding), std::string::npos) << refused.error().message;
    EXPECT_NE(refused.error().message.find(path.string()), std::string::npos);
    EXPECT_NE(refused.error().message.find("left as it is"), std::string::npos) << refused.error().message;
    EXPECT_EQ(bytes_of(path), before);
  }
};

std::string pragma(SqlConnection& connection, std::string_view name) {
  std::string text;
  need(connection
               .run("PRAGMA " + std::string(name), {},
                    [&text](std::span<const SqlValue> row) {
                      if (const auto* value = std::get_if<std::string>(&row[0])) text = *value;
                      if (const auto* value = std::get_if<std::int64_t>(&row[0]))
                        text = std::to_string(*value);
                      return Status::success();
                    })
               .ok()
           ? Status::success()
           : Status(Error{}));
  return text;
}

TEST_F(UsageFile, IsMadeForItsOwnerOnlyWithALogThatIsNotSyncedEachTime) {
  const auto connection = open();
  EXPECT_EQ(permissions_of(path), 0600U);
  EXPECT_EQ(permissions_of(path.string() + "-wal"), 0600U);
  EXPECT_EQ(pragma(*connection, "journal_mode"), "wal");
  EXPECT_EQ(pragma(*connection, "synchronous"), "1");
  EXPECT_EQ(need(connection->application_id()), kUsageApplicationId);
  EXPECT_EQ(need(connection->schema_version()), usage_migrations().back().to);
}

TEST_F(UsageFile, KeepsWhatItHolds) {
  need(open()->run_script("INSERT INTO facts VALUES ('kept', 7)"));
  EXPECT_EQ(pragma(*open(), "quick_check"), "ok");
  std::int64_t kept = 0;
  const auto read = need(read_usage_file(path));
  ASSERT_TRUE(read->run("SELECT value FROM facts WHERE name = 'kept'", {},
                        [&kept](std::span<const SqlValue> row) {
                          kept = std::get<std::int64_t>(row[0]);
                          return Status::success();
                        })
                  .ok());
  EXPECT_EQ(kept, 7);
}

TEST_F(UsageFile, IsReadByAConnectionThatCannotWrite) {
  const auto writer = open();
  const auto reader = need(read_usage_file(path));
  EXPECT_FALSE(reader->run("INSERT INTO facts VALUES ('x', 1)").ok());
  const auto second = need(connect_usage_file(path));
  EXPECT_TRUE(second->run("INSERT INTO facts VALUES ('x', 1)").ok());
}

TEST_F(UsageFile, IsRefusedWhenItIsNoDatabase) {
  open();
  write_bytes(path, std::string(8192, 'x'));
  expect_refusal("damaged or is not a database");
}

TEST_F(UsageFile, IsRefusedWhenEmptyOrCutOff) {
  open();
  const std::string whole = bytes_of(path);
  write_bytes(path, whole.substr(0, whole.size() - 4096));
  EXPECT_FALSE(open_usage_file(path).ok());
  write_bytes(path, "");
  const auto refused = open_usage_file(path);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("empty file"), std::string::npos);
  EXPECT_EQ(bytes_of(path), "");
}

TEST_F(UsageFile, IsRefusedWhenItIsTheKeysDatabase) {
  need(create_database(path, [](SqlConnection&) { return Status::success(); }));
  expect_refusal("belongs to another program");
}

TEST_F(UsageFile, IsRefusedWhenANewerVersionWroteIt) {
  {
    const auto connection = open();
    need(connection->set_schema_version(usage_migrations().back().to + 1));
  }
  expect_refusal("newer version");
}

TEST_F(UsageFile, HasStepsThatGoUpByOne) {
  std::int32_t expected = 1;
  for (const Migration& step : usage_migrations()) EXPECT_EQ(step.to, expected++);
}

}  // namespace
}  // namespace geminate::storage
