#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "backend/storage/migrations.h"
#include "backend/storage/sqlite_connection.h"

namespace geminate::storage {

/// Marks a file of usage ("GMNU"); never to be changed.
inline constexpr std::int32_t kUsageApplicationId = 0x474d4e55;

/// Every step of the usage database, from an empty one on. What else is written often and may lose its last
/// second (histories, ledgers) adds its tables here, as a step of its own at the end.
std::span<const Migration> usage_migrations();

/// usage.db in the data folder.
std::filesystem::path usage_file(const std::filesystem::path& data_dir);

/// Makes the file (0600) when there is none, checks the one that is there, brings its schema up to date and
/// opens it for writing (WAL, synchronous=NORMAL: what was committed outlives the process, not a power cut).
/// A file that is damaged, is another program's or is from a newer version stops the start with an
/// Unavailable that says what to do; it is never made anew and not a byte of it is changed. Above 256 MiB it
/// is not read through first. Blocks; called once, before the server's threads start.
Result<std::unique_ptr<SqliteConnection>> open_usage_file(const std::filesystem::path& path);

/// A further connection that writes, to a file that open_usage_file has opened. Writers wait for each other.
Result<std::unique_ptr<SqliteConnection>> connect_usage_file(const std::filesystem::path& path);

/// A further connection that only reads; it waits for nobody and holds up nobody.
Result<std::unique_ptr<SqliteConnection>> read_usage_file(const std::filesystem::path& path);

}  // namespace geminate::storage
