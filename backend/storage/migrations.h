#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "backend/storage/sql_connection.h"

namespace geminate::storage {

/// Marks a SQLite file as ours ("GMNT"); never to be changed.
inline constexpr std::int32_t kApplicationId = 0x474d4e54;

/// Takes the schema from version `to` - 1 to `to`. Once released, a step is never edited: a change is a new
/// step.
struct Migration {
  std::int32_t to;
  const char* sql;
};

/// Every step of the key and token database, from an empty one on.
std::span<const Migration> migrations();

/// The version this program reads and writes.
std::int32_t current_schema_version();

/// What a step needs beyond its SQL. Called at every opening, in the steps' transaction and after them; with
/// an error nothing has changed.
using Upgrade = std::function<Status(SqlConnection&)>;

/// Takes every step the database lacks, all in one transaction. Unavailable, with nothing changed, when the
/// database is from a newer program.
Status migrate(SqlConnection& connection, std::span<const Migration> steps, const Upgrade& upgrade = {});

}  // namespace geminate::storage
