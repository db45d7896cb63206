#pragma once

#include <memory>
#include <vector>

#include "backend/auth/account.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {

/// Accounts of the console in the database of keys and tokens: passwords as Argon2id's hashes, second factors
/// sealed.
class SqlAccountStore final : public auth::AccountStore {
 public:
  /// The schema is there and current: open_stores sees to it. `sealing_key`: for second factors, 32 bytes;
  /// the same as long as the database lives.
  SqlAccountStore(std::unique_ptr<SqlConnection> connection, Secret sealing_key, SqlAuditTrail trail);
  ~SqlAccountStore() override;

  Result<std::vector<auth::Account>> load() override;
  Result<auth::Account> insert(auth::Account row, const Change& change) override;
  Status save(const auth::Account& row, const Change& change) override;
  Status save_use(const auth::Account& row) override;
  Status erase(std::int64_t id, const Change& change) override;

 private:
  struct Row;
  struct Table;

  [[nodiscard]] Row seal_row(const auth::Account& account) const;
  [[nodiscard]] Result<auth::Account> open_row(Row row) const;
  Result<auth::Account> read(std::int64_t id);
  Status write(const auth::Account& row);

  std::unique_ptr<SqlConnection> connection_;
  const Secret sealing_key_;
  TableStatements statements_;
  const SqlAuditTrail trail_;
};

}  // namespace geminate::storage
