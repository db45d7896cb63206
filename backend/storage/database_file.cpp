#include "backend/storage/database_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "backend/storage/migrations.h"
#include "backend/storage/private_file.h"
#include "shared/core/ascii.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScheme = "sqlite:";

Error refuse(const fs::path& path, std::string_view finding, std::string_view advice,
             std::string detail = {}) {
  return Error{ErrorCode::Unavailable,
               "The database " + path.string() + ' ' + std::string(finding) + ". It was left as it is. " +
                   std::string(advice),
               std::move(detail),
               {},
               {}};
}

std::string restore(const DatabaseKind& kind) {
  std::string anew(kind.begin_anew);
  anew.front() = ascii_lower(anew.front());
  return "Restore it from a backup, or " + anew + " to begin an empty one.";
}

std::string use_another(const DatabaseKind& kind) { return std::string(kind.begin_anew) + '.'; }

/// What the engine said while opening, in words that help at a start.
Error explain(const fs::path& path, const DatabaseKind& kind, Error error) {
  if (error.code == ErrorCode::Internal)
    return refuse(path, "is damaged or is not a database", restore(kind), error.detail);
  return refuse(
      path, "cannot be opened",
      "Check the file's and its folder's owner and permissions, the free space, and whether another program "
      "holds it.",
      error.detail);
}

fs::path log_of(const fs::path& path) { return path.string() + "-wal"; }

/// A rollback journal means a copy that was restored without a write-ahead log, and a kill in the middle of a
/// change to it. Undoing that change is what every program does that opens the file; before it, there is
/// nothing to look at.
Status undo_journal(const fs::path& path) {
  GEMINATE_TRY(const auto connection, SqliteConnection::open(path, SqliteConnection::Access::Plain));
  GEMINATE_CHECK_OK(connection->run("SELECT count(*) FROM sqlite_schema"));
  return Status::success();
}

std::uintmax_t size_or_zero(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

DatabaseKind key_database() {
  DatabaseKind kind;
  kind.application_id = kApplicationId;
  kind.steps = migrations();
  kind.begin_anew = "Set DATABASE_URL to another file";
  return kind;
}

Result<fs::path> database_path(std::string_view database_url) {
  const auto fault = [](std::string_view finding) {
    return Error{ErrorCode::BadRequest,
                 "DATABASE_URL " + std::string(finding) +
                     ": sqlite: and a file's path is possible, such as "
                     "sqlite:data/geminate.db or sqlite:/var/lib/geminate/geminate.db.",
                 {},
                 "DATABASE_URL",
                 {}};
  };
  if (!database_url.starts_with(kScheme)) return fault("names a kind of database that is not known here");
  database_url.remove_prefix(kScheme.size());
  if (database_url.empty()) return fault("names no file");
  // "sqlite:///x" means a relative path to some programs and an absolute one to others.
  if (database_url.starts_with("//")) return fault("has slashes after sqlite: that can be read in two ways");
  if (database_url.starts_with(":"))
    return fault("names no file (for keys in memory, set KEY_STORAGE_MODE=memory)");
  return fs::path(database_url);
}

Result<bool> database_exists(const fs::path& path, const DatabaseKind& kind) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    // A new database beside an old log would take the log's pages for its own.
    if (size_or_zero(log_of(path)) == 0) return false;
    return refuse(path, "is gone, but its log (" + log_of(path).string() + ") is still there",
                  "Put the database back beside it, or move the log away to begin an empty one.");
  }
  if (error) return refuse(path, "cannot be opened", "Check the folder's permissions.", error.message());
  if (status.type() != fs::file_type::regular) return refuse(path, "is not a file", use_another(kind));
  return true;
}

Status create_database(const fs::path& path, const std::function<Status(SqlConnection&)>& fill,
                       const DatabaseKind& kind) {
  GEMINATE_CHECK_OK(make_private_folder(path.parent_path()));
  const fs::path draft = path.string() + ".new";
  // Left over from a first start that was cut short; nothing in it was ever acknowledged.
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((draft.string() + suffix).c_str());
  const int file = ::open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return refuse(path, "cannot be made", "Check the folder's owner, its permissions and the free space.",
                  std::generic_category().message(errno));
  }
  ::close(file);
  {
    auto opened = SqliteConnection::open(draft, SqliteConnection::Access::Plain);
    if (!opened.ok()) return explain(path, kind, std::move(opened).error());
    SqliteConnection& connection = **opened;
    GEMINATE_CHECK_OK(connection.set_application_id(kind.application_id));
    GEMINATE_CHECK_OK(migrate(connection, kind.steps));
    GEMINATE_CHECK_OK(fill(connection));
    // Now, not at the first opening: a published file never has a rollback journal, which only a writer could
    // undo.
    GEMINATE_CHECK_OK(connection.use_write_ahead_log());
  }
  return publish_file(draft, path);
}

Result<std::unique_ptr<SqliteConnection>> inspect_database(const fs::path& path, const DatabaseKind& kind) {
  // SQLite takes an empty file for an empty database, and would fill it.
  if (size_or_zero(path) == 0) {
    return refuse(path, "is an empty file",
                  "If it never held anything, delete it and start again; else restore it from a backup.");
  }
  if (size_or_zero(path.string() + "-journal") != 0) {
    if (auto undone = undo_journal(path); !undone.ok()) return explain(path, kind, std::move(undone).error());
  }
  auto opened = SqliteConnection::open(path, SqliteConnection::Access::Inspect);
  if (!opened.ok()) return explain(path, kind, std::move(opened).error());
  SqliteConnection& connection = **opened;
  const auto id = connection.application_id();
  if (!id.ok()) return explain(path, kind, id.error());
  const auto version = connection.schema_version();
  if (!version.ok()) return explain(path, kind, version.error());
  if (*id != kind.application_id) return refuse(path, "belongs to another program", use_another(kind));
  if (*version > kind.steps.back().to) {
    return refuse(path, "was written by a newer version of the program",
                  "Start that version, or restore a backup from before the upgrade.",
                  "schema " + std::to_string(*version) + ", this program knows " +
                      std::to_string(kind.steps.back().to));
  }
  if (*version < 1) return refuse(path, "is damaged", restore(kind), "schema " + std::to_string(*version));
  const auto size = connection.size();
  if (!size.ok()) return explain(path, kind, size.error());
  // The engine reads zeros where the last page is cut off. With a log that is not empty, the log may hold the
  // page.
  if (size_or_zero(path) < *size && size_or_zero(log_of(path)) == 0)
    return refuse(path, "is cut off", restore(kind));
  if (*size > kind.read_through_up_to) return std::move(opened).value();
  if (auto sound = connection.check_integrity(); !sound.ok())
    return explain(path, kind, std::move(sound).error());
  return std::move(opened).value();
}

Result<std::unique_ptr<SqliteConnection>> open_database(const fs::path& path, const DatabaseKind& kind) {
  auto opened = SqliteConnection::open(path, kind.access);
  if (!opened.ok()) return explain(path, kind, std::move(opened).error());
  Status refused = Status::success();
  const Upgrade upgrade = [&](SqlConnection& connection) {
    return refused = kind.upgrade ? kind.upgrade(connection) : Status::success();
  };
  if (auto done = migrate(**opened, kind.steps, kind.upgrade ? upgrade : Upgrade()); !done.ok()) {
    // The upgrade's own words say more than the engine's.
    if (!refused.ok()) return refused.error();
    return explain(path, kind, std::move(done).error());
  }
  return std::move(opened).value();
}

}  // namespace geminate::storage
