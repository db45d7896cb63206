#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/crypto/subkeys.h"
#include "backend/storage/database_file.h"
#include "backend/storage/database_keys.h"
#include "backend/storage/key_ring.h"
#include "backend/storage/sql_audit_log.h"
#include "backend/storage/sql_key_store.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::storage {

inline const keys::Change kChange{Caller::server(), AuditAction::KeyUpdate};

inline Secret encryption_key(char fill) { return Secret(std::string(32, fill)); }

inline keys::UpstreamKey key_with(std::string text) {
  keys::UpstreamKey key;
  key.text = Secret(std::move(text));
  return key;
}

/// The value, or a failed test and an end to it: for what has to work before a test can begin.
template <class T>
T need(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.error().message << " (" << result.error().detail << ')';
    std::abort();
  }
  return std::move(result).value();
}
inline void need(Status status) { need(Result<Nothing>(std::move(status))); }

/// A database in a folder of its own, with keys that are wrapped under one key.
struct DatabaseFixture : testing::Test {
  ScratchFolder folder;
  std::filesystem::path path = folder / "geminate.db";
  Secret key = encryption_key('k');

  void SetUp() override {
    need(create_database(
        path, [this](SqlConnection& connection) { return adopt_encryption_key(connection, key); }));
    need(trail().begin_log(*connect()));
  }
  std::unique_ptr<SqliteConnection> connect() { return need(open_database(path)); }
  SqlAuditTrail trail() {
    const auto connection = connect();
    return SqlAuditTrail(
        need(KeyRing::open(*connection, key)).lasting_subkey(crypto::KeyPurpose::AuditChain));
  }
  SqlKeyStore key_store() { return key_store(connect()); }
  SqlKeyStore key_store(std::unique_ptr<SqliteConnection> connection) const {
    KeyRing keys = need(KeyRing::open(*connection, key));
    return SqlKeyStore(std::move(connection), std::move(keys));
  }
  std::vector<AuditRow> audit_rows() {
    std::vector<AuditRow> found;
    need(SqlAuditLog(nullptr, connect(), trail()).visit_oldest({}, 0, 10'000, [&found](const auto& record) {
      found.push_back(audit::row_of(record));
      return Status::success();
    }));
    return found;
  }
  /// Everything that could hold what was once written.
  std::string all_bytes() const {
    return bytes_of(path) + bytes_of(path.string() + "-wal") + bytes_of(path.string() + "-journal");
  }
};

}  // namespace geminate::storage
