#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/keys/key_store.h"
#include "backend/storage/key_ring.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {

/// Upstream keys in a database. A key's text is sealed and bound to its row and project; duplicates are found
/// by a keyed fingerprint, so that the file neither shows a text nor confirms a guess of one. What a delete
/// or a new text leaves behind is overwritten. Works beside a rotation of the data key in another process.
class SqlKeyStore final : public keys::KeyStore {
 public:
  /// The schema is there and current, and the keys are the database's: open_stores sees to both.
  SqlKeyStore(std::unique_ptr<SqlConnection> connection, KeyRing keys);
  ~SqlKeyStore() override;

  [[nodiscard]] KeyStorageMode mode() const override { return KeyStorageMode::Database; }
  /// Internal, naming the row, when a text does not open: it was altered or moved there from another row.
  Result<std::vector<keys::UpstreamKey>> load() override;
  Result<std::vector<keys::UpstreamKey>> insert(std::vector<keys::UpstreamKey> rows,
                                                const keys::Change& change) override;
  Result<keys::UpstreamKey> update(std::int64_t id, const KeyPatch& patch,
                                   const keys::Change& change) override;
  Result<std::vector<keys::UpstreamKey>> update_many(const std::vector<std::int64_t>& ids,
                                                     const KeyPatch& patch,
                                                     const keys::Change& change) override;
  Status erase(const std::vector<std::int64_t>& ids, const keys::Change& change) override;
  Status save_findings(const std::vector<keys::KeyFinding>& findings) override;
  [[nodiscard]] std::string fingerprint_of(const Secret& text) const override;

 private:
  struct Row;
  struct Table;
  Result<keys::UpstreamKey> open_row(Row row);
  /// A transaction in which the keys that seal are known.
  Result<SqlTransaction> begin();
  /// A row before and after an edit.
  struct Edit;
  /// One row of an update, within the caller's transaction.
  Result<Edit> change_row(std::int64_t id, const KeyPatch& patch, bool check_revision);
  /// What the audit log says of rows that are about to be deleted.
  Result<Change> deletion(const std::vector<std::int64_t>& ids, const Change& change);

  std::unique_ptr<SqlConnection> connection_;
  KeyRing ring_;
  Secret fingerprint_key_;
  TableStatements statements_;
  const SqlAuditTrail trail_;
};

}  // namespace geminate::storage
