#include "backend/storage/database_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "backend/storage/migrations.h"
#include "backend/storage/private_file.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

TEST(DatabaseUrl, NamesAFile) {
  EXPECT_EQ(*database_path("sqlite:data/geminate.db"), fs::path("data/geminate.db"));
  EXPECT_EQ(*database_path("sqlite:/var/lib/x.db"), fs::path("/var/lib/x.db"));
  EXPECT_EQ(*database_path("sqlite:a b?c=d%20"), fs::path("a b?c=d%20")) << "a path, not a URI";
}

TEST(DatabaseUrl, IsRefusedWhenItCannotBeUnderstood) {
  for (const char* url : {"", "data/geminate.db", "sqlite:", "sqlite::memory:", "sqlite:///x.db", "SQLITE:x",
                          "postgresql://localhost/x", "mysql:x"}) {
    const auto path = database_path(url);
    ASSERT_FALSE(path.ok()) << url;
    EXPECT_EQ(path.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(path.error().field, "DATABASE_URL");
    EXPECT_NE(path.error().message.find("sqlite:"), std::string::npos);
  }
}

using DatabaseFile = DatabaseFixture;

/// Refused, in words that name the file and fit the case, and not a byte is changed.
void expect_refusal(const fs::path& path, std::string_view finding) {
  const std::string before = bytes_of(path);
  const auto refused = inspect_database(path);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  EXPECT_NE(refused.error().message.find(finding), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find(path.string()), std::string::npos);
  EXPECT_EQ(bytes_of(path), before);
}

TEST_F(DatabaseFile, IsThereForItsOwnerOnly) {
  EXPECT_EQ(permissions_of(path), 0600U);
  const auto connection = connect();
  need(connection->run_script("CREATE TABLE probe (x INTEGER)"));
  EXPECT_EQ(permissions_of(path.string() + "-wal"), 0600U);
  EXPECT_EQ(permissions_of(path.string() + "-shm"), 0600U);
}

TEST_F(DatabaseFile, GetsAPrivateFolderOfItsOwn) {
  const fs::path deep = folder / "new/er/geminate.db";
  need(create_database(deep, [](SqlConnection&) { return Status::success(); }));
  EXPECT_EQ(permissions_of(folder / "new"), 0700U);
  EXPECT_EQ(permissions_of(folder / "new/er"), 0700U);
}

TEST_F(DatabaseFile, LeavesAnExistingFoldersPermissions) {
  const fs::path shared = folder / "shared";
  fs::create_directory(shared);
  fs::permissions(shared, fs::perms(0755));
  need(create_database(shared / "geminate.db", [](SqlConnection&) { return Status::success(); }));
  EXPECT_EQ(permissions_of(shared), 0755U);
}

TEST_F(DatabaseFile, IsNeverReplacedByANewOne) {
  const std::string before = bytes_of(path);
  EXPECT_FALSE(create_database(path, [](SqlConnection&) { return Status::success(); }).ok());
  EXPECT_EQ(bytes_of(path), before);
}

TEST_F(DatabaseFile, DoesNotAppearWhenItsMakingFails) {
  const fs::path other = folder / "other.db";
  EXPECT_FALSE(create_database(other, [](SqlConnection&) { return Status(Error{}); }).ok());
  EXPECT_FALSE(fs::exists(other));
  need(create_database(other, [](SqlConnection&) { return Status::success(); }));
  EXPECT_TRUE(inspect_database(other).ok()) << "what the failed one left behind is no hindrance";
}

TEST_F(DatabaseFile, IsTakenWhenSound) {
  EXPECT_TRUE(*database_exists(path));
  EXPECT_TRUE(inspect_database(path).ok());
  EXPECT_FALSE(*database_exists(folder / "missing.db"));
}

TEST_F(DatabaseFile, IsRefusedWhenEmpty) {
  write_bytes(folder / "empty.db", "");
  EXPECT_TRUE(*database_exists(folder / "empty.db"));
  expect_refusal(folder / "empty.db", "empty file");
}

TEST_F(DatabaseFile, IsRefusedWhenItIsNoDatabase) {
  write_bytes(path, std::string(8192, 'x'));
  expect_refusal(path, "damaged or is not a database");
}

TEST_F(DatabaseFile, IsRefusedWhenCutOff) {
  const std::string whole = bytes_of(path);
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{50}, std::size_t{100}, std::size_t{4095}, std::size_t{4096},
        whole.size() / 2, whole.size() - 4096, whole.size() - 1}) {
    write_bytes(path, whole.substr(0, size));
    const auto refused = inspect_database(path);
    EXPECT_FALSE(refused.ok()) << "cut to " << size << " of " << whole.size();
    EXPECT_EQ(bytes_of(path).size(), size);
  }
}

TEST_F(DatabaseFile, IsRefusedWhenAPageIsGarbage) {
  {
    SqlKeyStore store = key_store();
    for (int i = 0; i < 50; ++i) {
      auto row = key_with("AIza-number-" + std::to_string(i));
      row.description = std::string(400, 'd');
      need(store.insert({row}, kChange));
    }
  }
  std::string bytes = bytes_of(path);
  for (std::size_t page = bytes.size() / 4096 / 2; page < bytes.size() / 4096; ++page) {
    bytes.replace(page * 4096, 64, std::string(64, '\x7f'));
  }
  write_bytes(path, bytes);
  expect_refusal(path, "damaged");
}

TEST_F(DatabaseFile, IsRefusedWhenItBelongsToAnotherProgram) {
  need(need(SqliteConnection::open(path, SqliteConnection::Access::Plain))->set_application_id(1));
  expect_refusal(path, "belongs to another program");
}

TEST_F(DatabaseFile, IsRefusedWhenItComesFromANewerProgram) {
  need(connect()->set_schema_version(current_schema_version() + 1));
  expect_refusal(path, "newer version");
}

TEST_F(DatabaseFile, IsRefusedWhenAFolderStandsInItsPlace) {
  const auto exists = database_exists(folder.path());
  ASSERT_FALSE(exists.ok());
  EXPECT_NE(exists.error().message.find("is not a file"), std::string::npos);
}

TEST_F(DatabaseFile, IsRefusedWhenOnlyItsLogIsLeft) {
  const fs::path log = folder / "gone.db-wal";
  write_bytes(log, "frames");
  const auto exists = database_exists(folder / "gone.db");
  ASSERT_FALSE(exists.ok());
  EXPECT_NE(exists.error().message.find(log.string()), std::string::npos);
  EXPECT_EQ(bytes_of(log), "frames");
}

TEST_F(DatabaseFile, GetsNoLogAndNoIndexFromBeingInspected) {
  path = folder / "with #, ? and %41 in its name.db";
  SetUp();
  const std::string before = bytes_of(path);
  EXPECT_EQ(need(need(inspect_database(path))->schema_version()), current_schema_version());
  EXPECT_EQ(bytes_of(path), before);
  EXPECT_FALSE(fs::exists(path.string() + "-wal") || fs::exists(path.string() + "-shm"));
}

TEST_F(DatabaseFile, LosesNothingOfALogWhenItIsInspected) {
  // A process that ends without closing leaves its last edits in the log.
  const pid_t child = ::fork();
  if (child == 0) {
    SqlKeyStore store = key_store();
    const bool done = store.insert({key_with("AIza-in-the-log")}, kChange).ok();
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const std::string database = bytes_of(path);
  const std::string log = bytes_of(path.string() + "-wal");
  ASSERT_FALSE(log.empty());

  EXPECT_TRUE(inspect_database(path).ok());
  EXPECT_EQ(bytes_of(path), database);
  EXPECT_EQ(bytes_of(path.string() + "-wal"), log);
  EXPECT_EQ(need(key_store().load()).size(), 1U);
}

TEST_F(DatabaseFile, IsTakenWhenItsLogEndsWithItsHeader) {
  // What a process leaves that died between the log's header and the first frame.
  const pid_t child = ::fork();
  if (child == 0) {
    SqlKeyStore store = key_store();
    bool done = store.insert({key_with("AIza-saved")}, kChange).ok();
    const std::string header = bytes_of(path.string() + "-wal").substr(0, 32);
    connect()->forget_deleted_patiently();
    write_bytes(path.string() + "-wal", header);
    done = done && header.size() == 32 && fs::exists(path.string() + "-shm");
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto inspected = inspect_database(path);
  EXPECT_TRUE(inspected.ok()) << inspected.error().detail;
  EXPECT_EQ(need(key_store().load()).size(), 1U);
}

TEST_F(DatabaseFile, IsTakenAfterAChangeWithoutALogWasCutShort) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto connection = need(SqliteConnection::open(path, SqliteConnection::Access::Plain));
    // A cache of one page forces the unfinished change into the file, so that there is something to undo.
    bool done = connection->run_script("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;").ok();
    for (int i = 0; i < 100; ++i) {
      done = done && connection
                         ->run("INSERT INTO facts VALUES ($n, $v)",
                               {{"n", std::to_string(i)}, {"v", Blob{std::string(1000, 'x')}}})
                         .ok();
    }
    ::_exit(done ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_FALSE(bytes_of(path.string() + "-journal").empty());
  EXPECT_TRUE(inspect_database(path).ok());
  EXPECT_EQ(need(key_store().load()).size(), 0U);
}

TEST_F(DatabaseFile, CannotBeMadeWhereAFileStandsInTheWay) {
  write_bytes(folder / "file", "");
  const Status made =
      create_database(folder / "file/geminate.db", [](SqlConnection&) { return Status::success(); });
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::Unavailable);
}

TEST(PrivateFile, IsWrittenOnceForItsOwner) {
  const ScratchFolder folder;
  const mode_t mask = ::umask(0);
  EXPECT_TRUE(write_private_file(folder / "secret", "text").ok());
  ::umask(mask);
  EXPECT_EQ(permissions_of(folder / "secret"), 0600U);
  EXPECT_FALSE(open_to_others(folder / "secret"));
  const Status again = write_private_file(folder / "secret", "other");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::Conflict);
  EXPECT_EQ(bytes_of(folder / "secret"), "text");
  EXPECT_FALSE(fs::exists(folder / "secret.new"));
}

}  // namespace
}  // namespace geminate::storage
