#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "backend/observe/log.h"
#include "backend/storage/storage_health.h"

namespace geminate::app {

/// Looks after files that cannot be written: tries again until they can, and logs when such a time begins and
/// ends. Management thread.
class StorageWatch {
 public:
  /// Both are borrowed; null: no files.
  StorageWatch(storage::StorageHealth* health, observe::Log& log) : health_(health), log_(log) {}

  void tick();

 private:
  storage::StorageHealth* health_;
  observe::Log& log_;
  /// What was logged of the files that are in trouble.
  std::map<std::filesystem::path, std::string> told_;
};

}  // namespace geminate::app
