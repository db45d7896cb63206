#pragma once

#include <cstdint>

#include "shared/core/secret.h"

namespace geminate::crypto {

/// What a subkey is for: no key serves two ends. The numbers go into the derivation and so into what is on
/// disk: never renumber, only append.
enum class KeyPurpose : std::uint64_t {
  /// Seals the texts of upstream keys in the database.
  Rows = 1,
  /// Fingerprints of upstream keys.
  Fingerprint = 2,
  /// Hashes of client tokens.
  Tokens = 3,
  /// The value by which a database tells whether it was given its own key.
  CheckValue = 4,
  /// Seals what the addresses of uploads carry.
  Uploads = 5,
  /// Wraps a database's own keys; the one subkey that is still made of the key encryption key.
  Wrapping = 6,
  /// Chains the rows of the audit log.
  AuditChain = 7,
  /// Seals the second factors of accounts in the database.
  SecondFactors = 8,
  /// Hashes of recovery codes.
  RecoveryCodes = 9,
};

/// The 32-byte key for one purpose, derived from a 32-byte master key: the same inputs give the same key, and
/// one subkey says nothing about another or about the master.
Secret derive_subkey(const Secret& master, KeyPurpose purpose);

}  // namespace geminate::crypto
