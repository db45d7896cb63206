#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

#include "backend/storage/migrations.h"
#include "backend/storage/sqlite_connection.h"

namespace geminate::storage {

/// What tells one of our kinds of database from another; all are made, looked at and opened with one
/// discipline.
struct DatabaseKind {
  std::int32_t application_id = 0;
  std::span<const Migration> steps;
  /// What an administrator does who wants an empty one instead: the beginning of a sentence.
  std::string_view begin_anew;
  /// A file above this size is not read through before it is opened: the start would take seconds.
  std::uintmax_t read_through_up_to = std::numeric_limits<std::uintmax_t>::max();
  SqliteConnection::Access access = SqliteConnection::Access::ReadWrite;
  /// For open_database alone; may be empty.
  Upgrade upgrade{};
};

/// Keys and tokens: the file of DATABASE_URL.
DatabaseKind key_database();

/// The file that DATABASE_URL names; BadRequest for a scheme we don't know or an empty path.
Result<std::filesystem::path> database_path(std::string_view database_url);

/// Whether there is a database, in whatever shape. Unavailable when one is half there: a log without its
/// database, or something that is no file.
Result<bool> database_exists(const std::filesystem::path& path, const DatabaseKind& kind = key_database());

/// Makes a database with the current schema and what `fill` adds. It appears under its name only when it is
/// complete and on the disk, so an empty or half-written file under that name is always damage, never a first
/// start cut short.
Status create_database(const std::filesystem::path& path, const std::function<Status(SqlConnection&)>& fill,
                       const DatabaseKind& kind = key_database());

/// Looks at an existing database without changing a byte of it or of its log: ours, sound, not from a newer
/// program. The errors say what an administrator can do.
Result<std::unique_ptr<SqliteConnection>> inspect_database(const std::filesystem::path& path,
                                                           const DatabaseKind& kind = key_database());

/// Opens an inspected database for work and brings its schema up to date.
Result<std::unique_ptr<SqliteConnection>> open_database(const std::filesystem::path& path,
                                                        const DatabaseKind& kind = key_database());

}  // namespace geminate::storage
