#pragma once

#include <cstdint>

#include "backend/storage/sqlite_connection.h"
#include "shared/core/secret.h"

namespace geminate::storage {

struct DataKeyRotation {
  /// Texts sealed anew by this run.
  std::int64_t texts = 0;
  /// Went on with a rotation that had been cut short, instead of beginning one.
  bool resumed = false;
  /// The database had no audit log yet.
  bool began_log = false;
};

/// Makes a new data key, seals every upstream key's text by it and deletes the old one, so that who once read
/// the old one can open nothing that the database holds from then on. Texts are sealed in transactions of
/// `batch` rows: a run that is cut short anywhere leaves a database that opens and works, and the next run
/// goes on from there. Works beside a running server: its edits go between the batches, and are sealed by the
/// new key from the first moment on. The audit log tells of the beginning and of the end. Tokens,
/// fingerprints and all else keep their keys (KeyRing says why). Errors as in SqlConnection; Internal, naming
/// the row, when a text does not open.
Result<DataKeyRotation> rotate_data_key(SqliteConnection& connection, const Secret& encryption_key,
                                        std::int64_t batch = 500);

}  // namespace geminate::storage
