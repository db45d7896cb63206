#pragma once

#include <filesystem>
#include <optional>

#include "backend/storage/sql_connection.h"
#include "shared/core/secret.h"

namespace geminate::storage {

/// The key that seals what the database holds (32 bytes), and where it came from.
struct EncryptionKey {
  Secret bytes;
  /// Empty when the setting gave it.
  std::filesystem::path file;
};

/// Where a key that nobody set is kept.
std::filesystem::path encryption_key_file(const std::filesystem::path& data_dir);

/// The setting's key (`setting` is empty when unset), else the one of the data folder, else none.
/// Unavailable, with advice, when the file is there but holds no key.
Result<std::optional<EncryptionKey>> find_encryption_key(const Secret& setting,
                                                         const std::filesystem::path& data_dir);

/// Makes a random key and keeps it in the data folder, on the disk before this returns.
Result<EncryptionKey> make_encryption_key(const std::filesystem::path& data_dir);

/// How a key stands to a database.
enum class KeyFit {
  /// What is in the database was sealed with it.
  Fits,
  /// It does not fit, or there is none, but nothing was sealed yet: the database may take this or another
  /// one.
  Free,
  /// Something is sealed, and not with this key.
  Wrong,
};

/// Only reads. `key` is null when there is none.
Result<KeyFit> judge_encryption_key(SqlConnection& connection, const Secret* key);

/// Makes the key the database's own; part of the caller's transaction.
Status adopt_encryption_key(SqlConnection& connection, const Secret& key);

}  // namespace geminate::storage
