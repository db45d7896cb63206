#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "backend/config/config.h"
#include "backend/storage/database_file.h"
#include "backend/storage/encryption_key.h"
#include "backend/storage/key_ring.h"

namespace geminate::storage {

/// The key and token database, open for work, with its keys.
struct KeyedDatabase {
  std::filesystem::path path;
  std::unique_ptr<SqliteConnection> connection;
  KeyRing keys;
  EncryptionKey encryption_key;
  /// What was done on the way that the administrator should know; no secrets.
  std::vector<std::string> notes;
};

/// Opens the database of `config`, or makes one (and, where none is set, the key encryption key). Brings its
/// schema up to date and wraps its keys under the present key encryption key where it comes with the previous
/// one, all in one transaction. With a wrong or missing key, or any fault that open_stores tells of, not a
/// byte of it has changed.
Result<KeyedDatabase> open_keyed_database(const config::Config& config);

}  // namespace geminate::storage
