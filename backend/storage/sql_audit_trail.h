#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "backend/audit/chain.h"
#include "backend/storage/sql_connection.h"
#include "shared/core/change.h"
#include "shared/core/secret.h"

namespace geminate::storage {

/// Writes rows of the audit log within the transactions of whoever changes something: where the row cannot be
/// written, neither can the change. Has no state but the key; any thread, with that thread's connection.
class SqlAuditTrail {
 public:
  /// 32 bytes, the database's own for this; the same as long as the database lives.
  explicit SqlAuditTrail(Secret chain_key) : key_(std::move(chain_key)) {}

  /// Part of the caller's transaction. Errors as in SqlConnection, and Internal where the log's anchor is
  /// missing or altered: the chain cannot go on honestly then.
  Status append(SqlConnection& connection, const Change& change) const;

  /// Whether there is a log, be it one that was tampered with.
  [[nodiscard]] static Result<bool> has_begun(SqlConnection& connection);

  /// Makes the log's beginning in a database that has none yet; in a transaction of its own. Whether it did.
  [[nodiscard]] Result<bool> begin_log(SqlConnection& connection) const;

  /// Drops the oldest rows from before that time, `most` at most, in a transaction of its own; a row says so.
  /// How many went.
  Result<std::int64_t> drop_before(SqlConnection& connection, Timestamp time, std::int64_t most) const;

  /// None where it is missing, or not made with this key.
  Result<std::optional<audit::Anchor>> anchor(SqlConnection& connection) const;

  [[nodiscard]] const Secret& key() const { return key_; }

 private:
  [[nodiscard]] Result<audit::Anchor> sound_anchor(SqlConnection& connection) const;
  Status save_anchor(SqlConnection& connection, const audit::Anchor& anchor) const;

  Secret key_;
};

}  // namespace geminate::storage
