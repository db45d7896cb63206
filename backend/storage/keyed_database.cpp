#include "backend/storage/keyed_database.h"

#include <optional>
#include <system_error>
#include <utility>

#include "backend/storage/database_keys.h"

namespace geminate::storage {
namespace {

namespace fs = std::filesystem;

/// The keys that the administrator gave.
struct GivenKeys {
  std::optional<EncryptionKey> present;
  Secret previous;
  /// Where the present one is looked for, or kept, when no setting gives it.
  fs::path file;

  [[nodiscard]] const Secret* present_bytes() const { return present ? &present->bytes : nullptr; }
  /// A previous key alone says nothing about what comes after it.
  [[nodiscard]] const Secret* previous_bytes() const {
    return present && !previous.empty() ? &previous : nullptr;
  }
};

Result<GivenKeys> find_keys(const config::Config& config) {
  GivenKeys given{{}, config.key_encryption_key_previous, encryption_key_file(config.data_dir)};
  GEMINATE_TRY(given.present, find_encryption_key(config.key_encryption_key, config.data_dir));
  return given;
}

Error wrong_key(const fs::path& database, const GivenKeys& given) {
  std::string message;
  if (!given.present) {
    message = "KEY_ENCRYPTION_KEY is not set and " + given.file.string() +
              " is not there, but the database " + database.string() + " holds sealed keys.";
  } else {
    message = (given.present->file.empty() ? "KEY_ENCRYPTION_KEY"
                                           : "The encryption key in " + given.present->file.string()) +
              (given.previous.empty() ? " is not" : " and KEY_ENCRYPTION_KEY_PREVIOUS are both not") +
              " the one that the database " + database.string() + " was sealed with.";
  }
  message +=
      " The database was left as it is. Set KEY_ENCRYPTION_KEY to its key, or put the key's file back from "
      "its "
      "backup; without the key the stored upstream keys cannot be read. To exchange the key, set "
      "KEY_ENCRYPTION_KEY to the new one and KEY_ENCRYPTION_KEY_PREVIOUS to the one before.";
  return Error{ErrorCode::Unavailable, std::move(message), {}, "KEY_ENCRYPTION_KEY", {}};
}

/// What the judge found damaged, in words that help at a start.
Error explain(const fs::path& database, Error error) {
  if (error.code != ErrorCode::Internal) return error;
  error.code = ErrorCode::Unavailable;
  error.message =
      "The database " + database.string() +
      " is damaged: a key of its own does not open. It was left as it is. Restore it from a backup.";
  return error;
}

/// Checks an existing database and the keys against each other; changes nothing.
Result<KeyFit> judge_existing(const fs::path& path, const GivenKeys& given) {
  GEMINATE_TRY(const auto connection, inspect_database(path));
  auto fit = judge_encryption_keys(*connection, given.present_bytes(), given.previous_bytes());
  if (!fit.ok()) return explain(path, std::move(fit).error());
  if (*fit == KeyFit::Wrong) return wrong_key(path, given);
  return fit;
}

bool has_log(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path.string() + "-wal", error);
  return !error && size != 0;
}

}  // namespace

Result<KeyedDatabase> open_keyed_database(const config::Config& config) {
  GEMINATE_TRY(const fs::path path, database_path(config.database_url));
  GEMINATE_TRY(const bool exists, database_exists(path));
  GEMINATE_TRY(GivenKeys given, find_keys(config));
  KeyFit fit = KeyFit::Fits;
  if (exists) {
    GEMINATE_TRY(fit, judge_existing(path, given));
  }
  std::vector<std::string> notes;
  if (!given.present) {
    GEMINATE_TRY(given.present, make_encryption_key(config.data_dir));
    notes.push_back("A new encryption key was written to " + given.file.string() +
                    ". Back it up, apart from the database: without it the stored upstream keys are lost.");
  }
  const Secret& present = given.present->bytes;
  if (!exists) {
    GEMINATE_CHECK_OK(create_database(
        path, [&](SqlConnection& connection) { return adopt_encryption_key(connection, present); }));
    notes.push_back("A new database was made: " + path.string() + '.');
  }
  // Whoever died after a change may not have overwritten what the change left behind.
  bool has_leftovers = exists && has_log(path);
  DatabaseKind kind = key_database();
  kind.upgrade = [&](SqlConnection& connection) -> Status {
    GEMINATE_TRY(const bool changed, settle_keys(connection, present, given.previous_bytes()));
    has_leftovers = has_leftovers || changed;
    return Status::success();
  };
  GEMINATE_TRY(auto connection, open_database(path, kind));
  if (has_leftovers) connection->forget_deleted();
  GEMINATE_TRY(KeyRing keys, KeyRing::open(*connection, present));
  if (fit == KeyFit::FitsPrevious) {
    notes.push_back(
        "The database's keys are wrapped under the new KEY_ENCRYPTION_KEY now. KEY_ENCRYPTION_KEY_PREVIOUS "
        "is "
        "not needed any more, except for backups from before.");
  }
  if (keys.row_keys() > 1) {
    notes.push_back(
        "The database's data key is half exchanged: `geminate rotate-data-key` goes on where it was cut "
        "short.");
  }
  return KeyedDatabase{path, std::move(connection), std::move(keys), std::move(*given.present),
                       std::move(notes)};
}

}  // namespace geminate::storage
