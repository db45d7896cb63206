#pragma once

#include "backend/storage/sql_connection.h"
#include "shared/core/secret.h"

namespace geminate::storage {

/// How the key encryption keys that were given stand to a database.
enum class KeyFit {
  /// The present key is the database's, or the database holds nothing yet that depends on one.
  Fits,
  /// The previous key is: the database is to be wrapped under the present one.
  FitsPrevious,
  /// Neither is, or there is none.
  Wrong,
};

/// Only reads, databases of every schema. A key that is not there is null. Internal when a key fits but not
/// everywhere: a wrapped key was altered or is missing.
Result<KeyFit> judge_encryption_keys(SqlConnection& connection, const Secret* present,
                                     const Secret* previous);

/// Makes the keys of a new database, under `encryption_key`; part of the caller's transaction.
Status adopt_encryption_key(SqlConnection& connection, const Secret& encryption_key);

/// Takes a database with the current schema to where the present key is its own: wraps its keys under it, or
/// gives it some if it has none (old_layout.h). Answers whether something changed. Part of the caller's
/// transaction.
Result<bool> settle_keys(SqlConnection& connection, const Secret& present, const Secret* previous);

}  // namespace geminate::storage
