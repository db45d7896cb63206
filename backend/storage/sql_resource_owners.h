#pragma once

#include <memory>
#include <string>

#include "backend/keys/resource_owner_store.h"
#include "backend/storage/sql_connection.h"

namespace geminate::storage {

/// The schema's part that SqlResourceOwners works on: one step of a list of migrations. Times are
/// milliseconds since 1970 (UTC).
inline constexpr const char* kResourceOwnersSchema = R"sql(
CREATE TABLE resource_owners (
  name TEXT PRIMARY KEY,
  key_id INTEGER NOT NULL,
  project TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX resource_owners_by_end ON resource_owners (expires_at);
)sql";

/// Which key made what, in a database.
class SqlResourceOwners final : public keys::ResourceOwnerStore {
 public:
  /// The schema is there and current.
  explicit SqlResourceOwners(std::unique_ptr<SqlConnection> connection);

  Result<std::vector<keys::ResourceOwnerRow>> load(Timestamp at) override;
  Status save(std::span<const keys::ResourceOwnerRow> rows, std::span<const std::string> forgotten,
              Timestamp at) override;

 private:
  std::unique_ptr<SqlConnection> connection_;
  std::string select_;
  std::string replace_;
};

}  // namespace geminate::storage
