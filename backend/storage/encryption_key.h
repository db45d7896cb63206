#pragma once

#include <filesystem>
#include <optional>

#include "shared/core/result.h"
#include "shared/core/secret.h"

namespace geminate::storage {

/// The key that the database's own keys are wrapped with (32 bytes), and where it came from.
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

}  // namespace geminate::storage
