#include "backend/storage/database_keys.h"

#include <algorithm>
#include <vector>

#include "backend/storage/key_ring.h"
#include "backend/storage/old_layout.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/wrapped_keys.h"

namespace geminate::storage {
namespace {

/// The version that brought wrapped keys.
constexpr std::int32_t kWithWrappedKeys = 6;

Result<std::vector<WrappedKey>> wrapped_keys_if_any(SqlConnection& connection) {
  GEMINATE_TRY(const std::int32_t version, connection.schema_version());
  if (version < kWithWrappedKeys) return std::vector<WrappedKey>();
  return load_wrapped_keys(connection);
}

Result<KeyFit> judge_old_layout(SqlConnection& connection, const Secret* present, const Secret* previous) {
  for (const Secret* key : {present, previous}) {
    if (key == nullptr) continue;
    GEMINATE_TRY(const bool fits, fits_old_layout(connection, *key));
    if (fits) return key == present ? KeyFit::Fits : KeyFit::FitsPrevious;
  }
  GEMINATE_TRY(const bool in_use, holds_keyed_rows(connection));
  return in_use ? KeyFit::Wrong : KeyFit::Fits;
}

bool opens_any(const std::vector<WrappedKey>& rows, const Secret& encryption_key) {
  const Secret wrapping_key = wrapping_key_of(encryption_key);
  return std::any_of(rows.begin(), rows.end(),
                     [&](const WrappedKey& row) { return unwrap(row, wrapping_key).ok(); });
}

/// A row where there is a log; one that begins later tells nothing of what was before it.
Status tell_of_rewrap(SqlConnection& connection, const Secret& encryption_key) {
  GEMINATE_TRY(const bool has_log, SqlAuditTrail::has_begun(connection));
  if (!has_log) return Status::success();
  GEMINATE_TRY(const KeyRing ring, KeyRing::open(connection, encryption_key));
  return SqlAuditTrail(ring.lasting_subkey(crypto::KeyPurpose::AuditChain))
      .append(connection, {Caller::server(), AuditAction::EncryptionKeyRewrap, "encryption_key"});
}

}  // namespace

Result<KeyFit> judge_encryption_keys(SqlConnection& connection, const Secret* present,
                                     const Secret* previous) {
  GEMINATE_TRY(const auto rows, wrapped_keys_if_any(connection));
  if (rows.empty()) return judge_old_layout(connection, present, previous);
  for (const Secret* key : {present, previous}) {
    if (key == nullptr || !opens_any(rows, *key)) continue;
    GEMINATE_CHECK_OK(KeyRing::open(connection, *key));
    return key == present ? KeyFit::Fits : KeyFit::FitsPrevious;
  }
  return KeyFit::Wrong;
}

Status adopt_encryption_key(SqlConnection& connection, const Secret& encryption_key) {
  return make_key_ring(connection, encryption_key);
}

Result<bool> settle_keys(SqlConnection& connection, const Secret& present, const Secret* previous) {
  GEMINATE_TRY(const KeyFit fit, judge_encryption_keys(connection, &present, previous));
  if (fit == KeyFit::Wrong) {
    return Error{
        ErrorCode::Unavailable, "The encryption key is not the database's.", {}, "KEY_ENCRYPTION_KEY", {}};
  }
  const Secret& fitting = fit == KeyFit::FitsPrevious ? *previous : present;
  GEMINATE_TRY(const auto rows, load_wrapped_keys(connection));
  if (rows.empty()) {
    GEMINATE_CHECK_OK(leave_old_layout(connection, fitting, present));
    return true;
  }
  if (fit == KeyFit::Fits) return false;
  GEMINATE_CHECK_OK(rewrap_keys(connection, fitting, present));
  GEMINATE_CHECK_OK(tell_of_rewrap(connection, present));
  return true;
}

}  // namespace geminate::storage
