#include "backend/storage/migrations.h"

#include <string>

#include "backend/storage/audit_schema.h"

namespace geminate::storage {
namespace {

// Times are milliseconds since 1970 (UTC), flags 0 or 1, enums their names on the wire, tags a JSON array.
// Ids come from `sequences` and are never used twice: a sealed text is bound to its row's id, and an id in a
// URL must not come to mean another key.
constexpr const char* kKeysAndTokens = R"sql(
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE sequences (
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;
INSERT INTO sequences (name, last) VALUES ('upstream_keys', 0), ('client_tokens', 0);

CREATE TABLE upstream_keys (
  id INTEGER PRIMARY KEY,
  sealed_text BLOB NOT NULL,
  fingerprint TEXT NOT NULL UNIQUE,
  description TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  origin TEXT NOT NULL,
  enable_context_management INTEGER NOT NULL CHECK (enable_context_management IN (0, 1)),
  context_window INTEGER,
  max_tokens_per_day INTEGER,
  rate_limit_per_minute INTEGER,
  user_id TEXT,
  project TEXT,
  tags TEXT NOT NULL,
  weight INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  is_dead INTEGER NOT NULL CHECK (is_dead IN (0, 1)),
  dead_reason TEXT NOT NULL,
  last_used_at INTEGER,
  tokens_used INTEGER NOT NULL,
  used_day INTEGER NOT NULL
) STRICT;

CREATE TABLE client_tokens (
  id INTEGER PRIMARY KEY,
  secret_hash BLOB NOT NULL UNIQUE,
  preview TEXT NOT NULL,
  description TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  origin TEXT NOT NULL,
  rate_limit_per_minute INTEGER,
  max_tokens_per_day INTEGER,
  revision INTEGER NOT NULL,
  last_used_at INTEGER,
  requests_used INTEGER NOT NULL,
  tokens_used INTEGER NOT NULL,
  used_day INTEGER NOT NULL
) STRICT;
)sql";

// What client tokens gained: more limits, lists of models and addresses (JSON arrays), and a secret that
// stays valid for a while after a rotation. Of what was spent before, the last day's tokens are all that is
// known.
constexpr const char* kTokenLimits = R"sql(
ALTER TABLE client_tokens ADD COLUMN previous_hash BLOB;
ALTER TABLE client_tokens ADD COLUMN previous_valid_until INTEGER;
ALTER TABLE client_tokens ADD COLUMN tokens_per_minute INTEGER;
ALTER TABLE client_tokens ADD COLUMN requests_per_day INTEGER;
ALTER TABLE client_tokens ADD COLUMN max_tokens_total INTEGER;
ALTER TABLE client_tokens ADD COLUMN models TEXT NOT NULL DEFAULT '[]';
ALTER TABLE client_tokens ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '[]';
ALTER TABLE client_tokens ADD COLUMN tokens_total INTEGER NOT NULL DEFAULT 0;
UPDATE client_tokens SET tokens_total = tokens_used;
)sql";

// A budget of money. What it is counted in, auth::CostCount says; amounts are whole numbers of millionths of
// a dollar (the limit) and of millionths of those (what was spent).
constexpr const char* kTokenBudgets = R"sql(
ALTER TABLE client_tokens ADD COLUMN max_cost_micros INTEGER;
ALTER TABLE client_tokens ADD COLUMN cost_period TEXT NOT NULL DEFAULT 'month';
ALTER TABLE client_tokens ADD COLUMN cost_picos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE client_tokens ADD COLUMN cost_start INTEGER NOT NULL DEFAULT 0;
)sql";

// Settings that were changed in the console. A row without a value was reset; it stays for its revision.
constexpr const char* kConsoleSettings = R"sql(
CREATE TABLE console_settings (
  name TEXT PRIMARY KEY,
  value TEXT,
  revision INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
)sql";

// Whether a client token's conversations are cut to a window, and to which; null leaves it to the upstream
// key.
constexpr const char* kTokenContext = R"sql(
ALTER TABLE client_tokens ADD COLUMN enable_context_management INTEGER
  CHECK (enable_context_management IN (0, 1));
ALTER TABLE client_tokens ADD COLUMN context_window INTEGER;
)sql";

// The database's own keys (wrapped_keys.h), and which of them an upstream key's text was sealed by. 0: none
// yet, but the key encryption key itself, as in all versions before; old_layout.h sees to those rows in the
// same transaction.
constexpr const char* kWrappedKeys = R"sql(
CREATE TABLE wrapped_keys (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO sequences (name, last) VALUES ('wrapped_keys', 0);
ALTER TABLE upstream_keys ADD COLUMN sealed_by INTEGER NOT NULL DEFAULT 0;
)sql";

// Who may log in to the console. Account 0 is the environment's admin, whose password is not here; its row is
// for its second factor. A name is ASCII, which NOCASE is enough for.
constexpr const char* kAccounts = R"sql(
INSERT INTO sequences (name, last) VALUES ('accounts', 0);
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  role TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  password_hash TEXT NOT NULL,
  sealed_second_factor BLOB,
  second_factor_step INTEGER NOT NULL,
  recovery_hashes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_login_at INTEGER,
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO accounts
  (id, name, role, is_active, password_hash, second_factor_step, recovery_hashes, created_at, revision)
  VALUES (0, 'admin', 'admin', 1, '', 0, '[]', CAST(strftime('%s', 'now') AS INTEGER) * 1000, 1);
)sql";

constexpr Migration kMigrations[] = {
    {1, kKeysAndTokens}, {2, kTokenLimits}, {3, kTokenBudgets}, {4, kConsoleSettings},
    {5, kTokenContext},  {6, kWrappedKeys}, {7, kAccounts},     {8, kAuditSchema},
};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

std::int32_t current_schema_version() { return migrations().back().to; }

Status migrate(SqlConnection& connection, std::span<const Migration> steps, const Upgrade& upgrade) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  // Asked inside the transaction: another process may have migrated while this one waited for the lock.
  GEMINATE_TRY(const std::int32_t found, connection.schema_version());
  const std::int32_t wanted = steps.empty() ? 0 : steps.back().to;
  if (found > wanted) {
    return Error{ErrorCode::Unavailable,
                 "The database was written by a newer version of the program.",
                 "schema " + std::to_string(found) + ", this program knows " + std::to_string(wanted),
                 {},
                 {}};
  }
  if (found == wanted && !upgrade) return Status::success();
  for (const auto& [to, sql] : steps) {
    if (to <= found) continue;
    GEMINATE_CHECK_OK(connection.run_script(sql));
  }
  if (found != wanted) GEMINATE_CHECK_OK(connection.set_schema_version(wanted));
  if (upgrade) GEMINATE_CHECK_OK(upgrade(connection));
  return transaction.commit();
}

}  // namespace geminate::storage
