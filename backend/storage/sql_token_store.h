#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "backend/auth/client_token.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {

/// Client tokens in a database: a keyed hash of each, never a secret.
class SqlTokenStore final : public auth::TokenStore {
 public:
  /// The schema is there and current: open_stores sees to it.
  SqlTokenStore(std::unique_ptr<SqlConnection> connection, SqlAuditTrail trail);
  ~SqlTokenStore() override;

  Result<std::vector<auth::ClientToken>> load() override;
  Result<auth::ClientToken> insert(auth::ClientToken row, const auth::Change& change) override;
  Result<auth::ClientToken> update(std::int64_t id, const TokenPatch& patch,
                                   const auth::Change& change) override;
  Result<auth::ClientToken> rotate(std::int64_t id, const auth::SecretChange& secret,
                                   const auth::Change& change) override;
  Status erase(std::int64_t id, const auth::Change& change) override;
  Status save_findings(const std::vector<auth::TokenFinding>& findings) override;

 private:
  /// One row through `edit`, in one transaction.
  Result<auth::ClientToken> change_row(std::int64_t id, const Change& change,
                                       const std::function<Status(auth::ClientToken&)>& edit);

  std::unique_ptr<SqlConnection> connection_;
  TableStatements statements_;
  const SqlAuditTrail trail_;
};

}  // namespace geminate::storage
