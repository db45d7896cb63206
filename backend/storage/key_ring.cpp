#include "backend/storage/key_ring.h"

#include <utility>

#include "backend/crypto/keyed_hash.h"
#include "backend/storage/wrapped_keys.h"

namespace geminate::storage {

Result<KeyRing> KeyRing::open(SqlConnection& connection, const Secret& encryption_key) {
  KeyRing ring;
  ring.wrapping_key_ = wrapping_key_of(encryption_key);
  GEMINATE_TRY(const auto rows, load_wrapped_keys(connection));
  for (const WrappedKey& row : rows) {
    GEMINATE_TRY(Secret key, unwrap(row, ring.wrapping_key_));
    if (row.kind == kRowsKind) {
      ring.row_keys_[row.id] = crypto::derive_subkey(key, crypto::KeyPurpose::Rows);
    } else if (row.kind == kLastingKind) {
      ring.lasting_ = std::move(key);
    } else if (row.kind == kTokensKind) {
      ring.tokens_ = std::move(key);
    }
  }
  if (!ring.row_keys_.empty() && !ring.lasting_.empty() && !ring.tokens_.empty()) return ring;
  return Error{ErrorCode::Internal, "The database is damaged.", "one of its wrapped keys is missing", {}, {}};
}

Status KeyRing::refresh(SqlConnection& connection) {
  GEMINATE_TRY(const auto rows, load_wrapped_keys(connection));
  std::map<std::int64_t, Secret> found;
  for (const WrappedKey& row : rows) {
    if (row.kind != kRowsKind) continue;
    if (const auto known = row_keys_.find(row.id); known != row_keys_.end()) {
      found.insert(*known);
      continue;
    }
    const auto key = unwrap(row, wrapping_key_);
    if (!key.ok()) {
      return Error{ErrorCode::Unavailable,
                   "The database's keys were wrapped under another KEY_ENCRYPTION_KEY since this server "
                   "started: restart it with that one.",
                   key.error().detail,
                   {},
                   {}};
    }
    found[row.id] = crypto::derive_subkey(*key, crypto::KeyPurpose::Rows);
  }
  if (found.empty())
    return Error{ErrorCode::Internal, "The database is damaged.", "it has no key for its rows", {}, {}};
  row_keys_ = std::move(found);
  return Status::success();
}

const Secret* KeyRing::row_key(std::int64_t id) const {
  const auto found = row_keys_.find(id);
  return found == row_keys_.end() ? nullptr : &found->second;
}

Secret KeyRing::lasting_subkey(crypto::KeyPurpose purpose) const {
  return crypto::derive_subkey(lasting_, purpose);
}

Status make_key_ring(SqlConnection& connection, const Secret& encryption_key,
                     const std::optional<Secret>& token_hash_key) {
  const Secret wrapping_key = wrapping_key_of(encryption_key);
  const Secret tokens = token_hash_key ? *token_hash_key : crypto::random_key();
  GEMINATE_CHECK_OK(add_wrapped_key(connection, kLastingKind, crypto::random_key(), wrapping_key));
  GEMINATE_CHECK_OK(add_wrapped_key(connection, kTokensKind, tokens, wrapping_key));
  GEMINATE_CHECK_OK(add_wrapped_key(connection, kRowsKind, crypto::random_key(), wrapping_key));
  return Status::success();
}

}  // namespace geminate::storage
