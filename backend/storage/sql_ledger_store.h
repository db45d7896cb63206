#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/keys/ledger_store.h"
#include "backend/storage/sql_connection.h"

namespace geminate::storage {

/// Quota ledgers in the usage database.
class SqlLedgerStore final : public keys::LedgerStore {
 public:
  /// The schema is there and current: open_usage_file sees to it.
  explicit SqlLedgerStore(std::unique_ptr<SqlConnection> connection);
  ~SqlLedgerStore() override;

  Result<std::vector<keys::LedgerRow>> load() override;
  Status save(const std::vector<keys::LedgerRow>& rows) override;
  Status save_edit(const keys::LedgerRow& row, const Change& change) override;
  Status drop_before(Timestamp time) override;

 private:
  std::unique_ptr<SqlConnection> connection_;
  std::string select_;
  std::string replace_;
};

}  // namespace geminate::storage
