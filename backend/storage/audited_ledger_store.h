#pragma once

#include <memory>
#include <vector>

#include "backend/keys/ledger_store.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"

namespace geminate::storage {

/// Ledgers whose limits set by an admin are kept in the database of keys and tokens, where they share their
/// audit row's transaction. What was counted and learnt is kept by the store behind it, and so is what an
/// admin had set before the two were apart; the newer word holds.
class AuditedLedgerStore final : public keys::LedgerStore {
 public:
  AuditedLedgerStore(std::unique_ptr<keys::LedgerStore> counts, std::unique_ptr<SqlConnection> edits,
                     SqlAuditTrail trail);
  ~AuditedLedgerStore() override;

  Result<std::vector<keys::LedgerRow>> load() override;
  Status save(const std::vector<keys::LedgerRow>& rows) override { return counts_->save(rows); }
  Status save_edit(const keys::LedgerRow& row, const Change& change) override;
  Status drop_before(Timestamp time) override { return counts_->drop_before(time); }

 private:
  std::unique_ptr<keys::LedgerStore> counts_;
  std::unique_ptr<SqlConnection> edits_;
  const SqlAuditTrail trail_;
  std::string select_;
  std::string replace_;
};

}  // namespace geminate::storage
