#pragma once

#include <memory>
#include <vector>

#include "backend/keys/key_history.h"
#include "backend/storage/sql_connection.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {

/// The schema's part that SqlKeyEvents works on: one step of a list of migrations. Times are
/// milliseconds since 1970 (UTC).
inline constexpr const char* kKeyEventsSchema = R"sql(
CREATE TABLE key_events (
  id INTEGER PRIMARY KEY,
  key_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  model TEXT NOT NULL,
  quota TEXT NOT NULL,
  reason TEXT NOT NULL,
  until INTEGER,
  request_id TEXT NOT NULL,
  http_status INTEGER,
  excerpt TEXT NOT NULL
) STRICT;

CREATE INDEX key_events_of_key ON key_events (key_id, id);
)sql";

/// What happened to keys, in a database. One thread at a time.
class SqlKeyEvents final : public keys::KeyEventStore {
 public:
  /// The schema is there and current.
  explicit SqlKeyEvents(std::unique_ptr<SqlConnection> connection);

  Result<std::vector<KeyEventView>> load() override;
  Status append(std::span<const KeyEventView> events, const keys::KeyHistoryLimits& limits) override;

 private:
  Status forget_old(std::span<const KeyEventView> events, const keys::KeyHistoryLimits& limits);

  std::unique_ptr<SqlConnection> connection_;
  TableStatements statements_;
};

}  // namespace geminate::storage
