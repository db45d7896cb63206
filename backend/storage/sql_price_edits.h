#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"
#include "backend/usage/prices.h"

namespace geminate::storage {

/// The prices that an administrator set, in the database of keys and tokens, where they share their audit
/// row's transaction. One thread at a time.
class SqlPriceEdits {
 public:
  SqlPriceEdits(std::unique_ptr<SqlConnection> connection, SqlAuditTrail trail)
      : connection_(std::move(connection)), trail_(std::move(trail)) {}

  /// None where nobody has set any since prices are kept here.
  Result<std::optional<std::vector<usage::ModelPrice>>> prices();
  Status set_prices(const std::vector<usage::ModelPrice>& prices, const Change& change);

 private:
  std::unique_ptr<SqlConnection> connection_;
  const SqlAuditTrail trail_;
};

}  // namespace geminate::storage
