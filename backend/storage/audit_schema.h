#pragma once

namespace geminate::storage {

/// The audit log, and what an administrator sets that used to be in usage.db: limits of quotas and prices, so
/// that they share their row's transaction. Rows of quota_edits and console_prices stand before usage.db's;
/// the fact 'prices_set' says that the prices do.
inline constexpr const char* kAuditSchema = R"sql(
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  account_id INTEGER,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  entrance TEXT NOT NULL,
  address TEXT NOT NULL,
  request_id TEXT NOT NULL,
  action TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  changes TEXT NOT NULL,
  outcome TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE quota_edits (
  project TEXT NOT NULL,
  key_id INTEGER NOT NULL,
  model TEXT NOT NULL,
  requests_per_minute INTEGER,
  tokens_per_minute INTEGER,
  requests_per_day INTEGER,
  tokens_per_day INTEGER,
  set_by_admin INTEGER NOT NULL,
  PRIMARY KEY (project, key_id, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE console_prices (
  model TEXT PRIMARY KEY,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cached INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace geminate::storage
