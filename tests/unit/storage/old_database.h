#pragma once

#include <string>
#include <vector>

#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/sealed_secret.h"
#include "backend/crypto/subkeys.h"
#include "backend/keys/fingerprint.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {

// A database as the program wrote it whose schema was 5: sealed and hashed under subkeys of the key
// encryption key itself, texts bound to their rows alone.

struct OldKey {
  std::int64_t id = 0;
  std::string text;
  std::string project;
};

inline void add_old_key(SqlConnection& connection, const Secret& kek, const OldKey& key) {
  using crypto::KeyPurpose;
  const Secret text(key.text);
  const Blob sealed{crypto::seal(text, crypto::derive_subkey(kek, KeyPurpose::Rows),
                                 "upstream_keys/sealed_text/" + std::to_string(key.id))};
  const SqlValue project = key.project.empty() ? SqlValue() : SqlValue(key.project);
  need(connection.run(
      "INSERT INTO upstream_keys (id, sealed_text, fingerprint, description, created_at, is_active, origin, "
      "enable_context_management, project, tags, weight, priority, revision, is_dead, dead_reason, "
      "last_used_at, tokens_used, used_day) VALUES ($id, $sealed, $fingerprint, 'old', 1000, 0, 'console', "
      "1, "
      "$project, '[\"a\"]', 3, -2, 9, 1, 'leaked', 2000, 50, 20000)",
      {{"id", key.id},
       {"sealed", sealed},
       {"fingerprint", keys::fingerprint_of(crypto::derive_subkey(kek, KeyPurpose::Fingerprint), text)},
       {"project", project}}));
}

/// A row's hash, for its secret.
inline std::string old_token_hash(const Secret& kek, const std::string& secret) {
  return crypto::keyed_hash(crypto::derive_subkey(kek, crypto::KeyPurpose::Tokens), secret);
}

inline void add_old_token(SqlConnection& connection, const Secret& kek, const std::string& secret) {
  need(connection.run(
      "INSERT INTO client_tokens (id, secret_hash, preview, created_at, is_active, origin, revision, "
      "requests_used, tokens_used, used_day) VALUES (1, $hash, 'wxyz', 1000, 1, 'console', 1, 0, 0, 0)",
      {{"hash", Blob{old_token_hash(kek, secret)}}}));
  need(connection.run("UPDATE sequences SET last = 1 WHERE name = 'client_tokens'"));
}

/// Ids have to rise.
inline void write_old_database(const std::filesystem::path& path, const Secret& kek,
                               const std::vector<OldKey>& keys) {
  write_bytes(path, "");
  const auto connection = need(SqliteConnection::open(path, SqliteConnection::Access::ReadWrite));
  need(connection->set_application_id(kApplicationId));
  need(migrate(*connection, migrations().first(5)));
  const Blob check{crypto::keyed_hash(crypto::derive_subkey(kek, crypto::KeyPurpose::CheckValue),
                                      "geminate encryption key")};
  need(connection->run("INSERT INTO facts (name, value) VALUES ('key_check', $check)", {{"check", check}}));
  for (const OldKey& key : keys) add_old_key(*connection, kek, key);
  const std::int64_t last = keys.empty() ? 0 : keys.back().id;
  need(connection->run("UPDATE sequences SET last = $last WHERE name = 'upstream_keys'", {{"last", last}}));
}

}  // namespace geminate::storage
