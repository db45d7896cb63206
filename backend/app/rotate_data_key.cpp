#include "backend/app/rotate_data_key.h"

#include <cstdio>
#include <string>

#include "backend/storage/data_key_rotation.h"
#include "backend/storage/keyed_database.h"

namespace geminate::app {
namespace {

Result<std::string> rotate(const config::Config& config) {
  const auto refuse = [](std::string message) {
    return Error{ErrorCode::BadRequest, std::move(message), {}, {}, {}};
  };
  if (config.key_storage_mode != KeyStorageMode::Database)
    return refuse("there is no data key in memory mode: KEY_STORAGE_MODE is not database");
  GEMINATE_TRY(const auto path, storage::database_path(config.database_url));
  GEMINATE_TRY(const bool exists, storage::database_exists(path));
  if (!exists) return refuse("there is no database " + path.string());
  GEMINATE_TRY(const auto database, storage::open_keyed_database(config));
  for (const std::string& note : database.notes) std::printf("%s\n", note.c_str());
  GEMINATE_TRY(const auto rotation,
               storage::rotate_data_key(*database.connection, database.encryption_key.bytes));
  if (rotation.began_log) std::printf("The audit log begins: there was none in %s.\n", path.c_str());
  return std::string(rotation.resumed ? "Went on with a rotation that had been cut short: "
                                      : "A new data key was made: ") +
         std::to_string(rotation.texts) + " keys were sealed anew, and the old data key is deleted.";
}

}  // namespace

int rotate_data_key(const config::Config& config) {
  const auto outcome = rotate(config);
  if (outcome.ok()) {
    std::printf("%s\n", outcome->c_str());
    return 0;
  }
  std::fprintf(stderr, "error: %s\n", outcome.error().message.c_str());
  if (!outcome.error().detail.empty()) std::fprintf(stderr, "(%s)\n", outcome.error().detail.c_str());
  return 1;
}

}  // namespace geminate::app
