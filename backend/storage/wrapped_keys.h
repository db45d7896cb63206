#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/storage/sql_connection.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"

namespace geminate::storage {

// What the wrapped keys of a database are for; the names are on disk. KeyRing says more about them.
inline constexpr std::string_view kRowsKind = "rows";
inline constexpr std::string_view kLastingKind = "lasting";
inline constexpr std::string_view kTokensKind = "tokens";

/// A random key of the database's own, sealed under the wrapping subkey of the key encryption key and bound
/// to its id and kind.
struct WrappedKey {
  /// Never used twice.
  std::int64_t id = 0;
  std::string kind;
  Blob wrapped;
  Timestamp created_at{};
};

/// All of them, by id.
Result<std::vector<WrappedKey>> load_wrapped_keys(SqlConnection& connection);

/// The key in it (32 bytes). Internal when `wrapping_key` is not the one, or the row was altered; the two
/// cannot be told apart.
Result<Secret> unwrap(const WrappedKey& row, const Secret& wrapping_key);

/// Adds a key and answers with its id. Part of the caller's transaction.
Result<std::int64_t> add_wrapped_key(SqlConnection& connection, std::string_view kind, const Secret& key,
                                     const Secret& wrapping_key);

/// Wraps every key that `from` opens under `to` instead; all of them or, with an error, none: part of the
/// caller's transaction.
Status rewrap_keys(SqlConnection& connection, const Secret& from, const Secret& to);

/// The subkey of a key encryption key that wraps.
Secret wrapping_key_of(const Secret& encryption_key);

}  // namespace geminate::storage
