#pragma once

#include "backend/storage/sql_connection.h"
#include "shared/core/secret.h"

namespace geminate::storage {

// Databases before schema 6 have no keys of their own: all that they hold is sealed and hashed under subkeys
// of the key encryption key itself, and a check value among the facts recognises it.

/// Whether `encryption_key` is the one of a database that has this layout. Only reads.
Result<bool> fits_old_layout(SqlConnection& connection, const Secret& encryption_key);

/// Whether anything in it depends on its key: upstream keys, or tokens, whose hashes are keyed. Only reads.
Result<bool> holds_keyed_rows(SqlConnection& connection);

/// Gives the database, whose schema is current by now, keys of its own under `to`; seals every text anew,
/// bound to its project as well, and makes its fingerprint anew. Tokens keep their hashes. `from` fits, or
/// nothing depends on it. Part of the caller's transaction. Internal, naming the row, when a text does not
/// open.
Status leave_old_layout(SqlConnection& connection, const Secret& from, const Secret& to);

}  // namespace geminate::storage
