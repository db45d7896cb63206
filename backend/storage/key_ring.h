#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "backend/crypto/subkeys.h"
#include "backend/storage/sql_connection.h"
#include "shared/core/secret.h"

namespace geminate::storage {

/// A database's own keys, opened. They are random and lie in the table `wrapped_keys`, where the key
/// encryption key (KEK) opens them and does nothing else: so exchanging it rewrites these few rows, whatever
/// the database holds. There are three kinds:
///
/// rows     Seals the texts of upstream keys; each row says which one it was sealed by. The only kind that
///          `geminate rotate-data-key` exchanges. While that is under way there are two: the older one opens,
///          the newer one opens and seals.
/// lasting  What all other subkeys are derived from (`lasting_subkey`). It stays for the database's life,
///          since what it keys cannot be made anew (hashes of secrets that only their owners know), hangs
///          together with what came before (the audit chain), is compared across rows (fingerprints) or is in
///          somebody else's hands (addresses of uploads).
/// tokens   Hashes client tokens, and stays too. It is a key of its own because databases before schema 6
///          hashed under a subkey of the KEK, which was taken over as it was: every token stays valid, and
///          the KEK it came from can be forgotten.
///
/// Who has once read a database and its KEK has the lasting keys for good: with them, rows that are added
/// later cannot be opened (a rotated rows key sees to that), but a guess of a key's or a token's text can be
/// confirmed, and an audit chain made that verifies.
class KeyRing {
 public:
  /// Internal when a key does not open with this KEK or one is missing.
  static Result<KeyRing> open(SqlConnection& connection, const Secret& encryption_key);

  /// Learns which keys there are now; a rotation in another process adds and removes one of kind rows. Called
  /// within a transaction, so that what is sealed in it is sealed by a key that stays. Unavailable when the
  /// KEK was exchanged since this ring was opened.
  Status refresh(SqlConnection& connection);

  /// The key that texts are sealed by from now on.
  [[nodiscard]] std::int64_t current() const { return row_keys_.rbegin()->first; }
  /// Null for one that this ring does not know.
  [[nodiscard]] const Secret* row_key(std::int64_t id) const;
  /// How many keys rows are sealed by; two in the middle of a rotation.
  [[nodiscard]] std::size_t row_keys() const { return row_keys_.size(); }

  [[nodiscard]] Secret lasting_subkey(crypto::KeyPurpose purpose) const;
  [[nodiscard]] const Secret& token_hash_key() const { return tokens_; }

 private:
  KeyRing() = default;

  Secret wrapping_key_;
  /// Never empty. Subkeys for the purpose Rows, by the wrapped key's id.
  std::map<std::int64_t, Secret> row_keys_;
  Secret lasting_;
  Secret tokens_;
};

/// Gives a database without keys its own, wrapped under `encryption_key`; part of the caller's transaction.
/// `token_hash_key`: the one to take over, if there is one.
Status make_key_ring(SqlConnection& connection, const Secret& encryption_key,
                     const std::optional<Secret>& token_hash_key = {});

}  // namespace geminate::storage
