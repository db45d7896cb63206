#include "backend/storage/read_audit_log.h"

#include <utility>

#include "backend/crypto/subkeys.h"
#include "backend/storage/database_file.h"
#include "backend/storage/encryption_key.h"
#include "backend/storage/key_ring.h"
#include "backend/storage/sql_audit_log.h"

namespace geminate::storage {
namespace {

Error refuse(std::string message) { return Error{ErrorCode::Unavailable, std::move(message), {}, {}, {}}; }

}  // namespace

Result<std::unique_ptr<audit::AuditLog>> read_audit_log(const config::Config& config) {
  if (config.key_storage_mode != KeyStorageMode::Database) {
    return refuse(
        "KEY_STORAGE_MODE is memory: the audit log is in the running server alone; ask it for "
        "/api/manage/audit.");
  }
  GEMINATE_TRY(const auto path, database_path(config.database_url));
  GEMINATE_TRY(const bool exists, database_exists(path));
  if (!exists) return refuse("There is no database at " + path.string() + '.');
  GEMINATE_TRY(auto connection, inspect_database(path));
  GEMINATE_TRY(const std::int32_t version, connection->schema_version());
  if (version != current_schema_version())
    return refuse(
        "The database is from an older program; start the server once, which brings it up to date.");
  GEMINATE_TRY(const auto key, find_encryption_key(config.key_encryption_key, config.data_dir));
  if (!key) return refuse("KEY_ENCRYPTION_KEY is not set, nor is its file in DATA_DIR.");
  auto ring = KeyRing::open(*connection, key->bytes);
  if (!ring.ok()) return refuse("KEY_ENCRYPTION_KEY is not the one that the database was sealed with.");
  return std::unique_ptr<audit::AuditLog>(std::make_unique<SqlAuditLog>(
      nullptr, std::move(connection), SqlAuditTrail(ring->lasting_subkey(crypto::KeyPurpose::AuditChain))));
}

}  // namespace geminate::storage
