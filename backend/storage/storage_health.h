#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/storage/sql_connection.h"
#include "backend/storage/sqlite_connection.h"

namespace geminate::storage {

/// How writing to the files of the stores goes: what failed last and has not worked since. Every write tells
/// it, through the connections that it watches. Any thread.
class StorageHealth {
 public:
  struct Problem {
    std::filesystem::path file;
    Error error;
  };

  /// The connection, to a file that was opened like that. This outlives it.
  std::unique_ptr<SqlConnection> watch(std::unique_ptr<SqliteConnection> connection,
                                       const std::filesystem::path& file, SqliteConnection::Access access);

  [[nodiscard]] bool is_well() const { return !has_problem_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::vector<Problem> problems() const;
  /// Tries to write to each file with a problem, changing nothing in it, so that an end is seen even while
  /// nobody edits. Waits for no lock. Blocks a little: not for workers.
  void probe();

  /// An error counts as far as the world or the file is at fault.
  void note(const std::filesystem::path& file, SqliteConnection::Access access, const Error& error);
  void note_written(const std::filesystem::path& file);

 private:
  struct Trouble {
    SqliteConnection::Access access;
    Error error;
  };

  mutable std::mutex mutex_;
  std::map<std::filesystem::path, Trouble> troubles_;
  std::atomic<bool> has_problem_{false};
};

}  // namespace geminate::storage
