#include "backend/storage/usage_file.h"

#include "backend/storage/database_file.h"
#include "backend/storage/sql_key_events.h"
#include "backend/storage/sql_resource_owners.h"

namespace geminate::storage {
namespace {

// Times are milliseconds since 1970 (UTC). Requests lie in blocks of some hundred records, written once and
// in the order of their ends (usage/record_block.h says how); a block's summary says what a search can skip
// it by. No other index is kept. Roll-ups: usage/rollup.h. Prices: millionths of a dollar per million tokens,
// only the rows that an administrator has set.
constexpr const char* kUsage = R"sql(
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE request_blocks (
  id INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE block_summaries (
  id INTEGER PRIMARY KEY,
  records INTEGER NOT NULL,
  first_begun INTEGER NOT NULL,
  last_begun INTEGER NOT NULL,
  first_ended INTEGER NOT NULL,
  last_ended INTEGER NOT NULL,
  least_duration INTEGER NOT NULL,
  most_duration INTEGER NOT NULL,
  statuses INTEGER NOT NULL,
  dialects INTEGER NOT NULL,
  tokens BLOB NOT NULL,
  keys BLOB NOT NULL,
  models BLOB NOT NULL
) STRICT;

CREATE TABLE rollups (
  step INTEGER NOT NULL,
  cut INTEGER NOT NULL,
  start INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (step, cut, start)
) STRICT;

CREATE TABLE prices (
  model TEXT PRIMARY KEY,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  cached INTEGER NOT NULL
) STRICT;
)sql";

// One row for each project and model (keys/ledger_store.h); limits an admin has set are among them.
constexpr const char* kQuotaLedgers = R"sql(
CREATE TABLE quota_ledgers (
  project TEXT NOT NULL,
  key_id INTEGER NOT NULL,
  model TEXT NOT NULL,
  day INTEGER NOT NULL,
  requests_today INTEGER NOT NULL,
  tokens_today INTEGER NOT NULL,
  requests_this_minute INTEGER NOT NULL,
  tokens_this_minute INTEGER NOT NULL,
  saved_at INTEGER NOT NULL,
  requests_per_minute INTEGER,
  tokens_per_minute INTEGER,
  requests_per_day INTEGER,
  tokens_per_day INTEGER,
  set_by_admin INTEGER NOT NULL,
  cooldowns TEXT NOT NULL,
  PRIMARY KEY (project, key_id, model)
) STRICT, WITHOUT ROWID;
)sql";

// When Google said the limits of a minute; older rows are taken to have learnt them on their last day.
constexpr const char* kLearntDays = R"sql(
ALTER TABLE quota_ledgers ADD COLUMN requests_per_minute_since INTEGER;
ALTER TABLE quota_ledgers ADD COLUMN tokens_per_minute_since INTEGER;
)sql";

constexpr Migration kSteps[] = {
    {1, kUsage}, {2, kQuotaLedgers}, {3, kKeyEventsSchema}, {4, kLearntDays}, {5, kResourceOwnersSchema},
};

constexpr std::uintmax_t kReadThroughUpTo = 256ULL * 1024 * 1024;

DatabaseKind usage_database() {
  DatabaseKind kind;
  kind.application_id = kUsageApplicationId;
  kind.steps = kSteps;
  kind.begin_anew = "Move it away";
  kind.read_through_up_to = kReadThroughUpTo;
  kind.access = SqliteConnection::Access::ReadWriteRelaxed;
  return kind;
}

}  // namespace

std::span<const Migration> usage_migrations() { return kSteps; }

std::filesystem::path usage_file(const std::filesystem::path& data_dir) { return data_dir / "usage.db"; }

Result<std::unique_ptr<SqliteConnection>> open_usage_file(const std::filesystem::path& path) {
  const DatabaseKind kind = usage_database();
  GEMINATE_TRY(const bool exists, database_exists(path, kind));
  if (exists) {
    GEMINATE_TRY(const auto inspected, inspect_database(path, kind));
  } else {
    GEMINATE_CHECK_OK(create_database(
        path, [](SqlConnection&) { return Status::success(); }, kind));
  }
  return open_database(path, kind);
}

Result<std::unique_ptr<SqliteConnection>> connect_usage_file(const std::filesystem::path& path) {
  return SqliteConnection::open(path, SqliteConnection::Access::ReadWriteRelaxed);
}

Result<std::unique_ptr<SqliteConnection>> read_usage_file(const std::filesystem::path& path) {
  return SqliteConnection::open(path, SqliteConnection::Access::Read);
}

}  // namespace geminate::storage
