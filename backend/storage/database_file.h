#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "backend/storage/sqlite_connection.h"

namespace geminate::storage {

/// The file that DATABASE_URL names; BadRequest for a scheme we don't know or an empty path.
Result<std::filesystem::path> database_path(std::string_view database_url);

/// Whether there is a database, in whatever shape. Unavailable when one is half there: a log without its
/// database, or something that is no file.
Result<bool> database_exists(const std::filesystem::path& path);

/// Makes a database with the current schema and what `fill` adds. It appears under its name only when it is
/// complete and on the disk, so an empty or half-written file under that name is always damage, never a first
/// start cut short.
Status create_database(const std::filesystem::path& path, const std::function<Status(SqlConnection&)>& fill);

/// Looks at an existing database without changing a byte of it or of its log: ours, sound, not from a newer
/// program. The errors say what an administrator can do.
Result<std::unique_ptr<SqliteConnection>> inspect_database(const std::filesystem::path& path);

/// Opens an inspected database for work and brings its schema up to date.
Result<std::unique_ptr<SqliteConnection>> open_database(const std::filesystem::path& path);

}  // namespace geminate::storage
