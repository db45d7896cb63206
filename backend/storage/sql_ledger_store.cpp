#include "backend/storage/sql_ledger_store.h"

#include <utility>

#include "backend/storage/table_rows.h"

namespace geminate::storage {

using keys::LedgerRow;

namespace {

struct LedgerTable {
  static constexpr std::string_view kName = "quota_ledgers";
  using Row = LedgerRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("project", row.project);
    column("key_id", row.key_id);
    column("model", row.model);
    column("day", row.day);
    column("requests_today", row.requests_today);
    column("tokens_today", row.tokens_today);
    column("requests_this_minute", row.requests_this_minute);
    column("tokens_this_minute", row.tokens_this_minute);
    column("saved_at", row.saved_at);
    column("requests_per_minute", row.requests_per_minute);
    column("tokens_per_minute", row.tokens_per_minute);
    column("requests_per_day", row.requests_per_day);
    column("tokens_per_day", row.tokens_per_day);
    column("requests_per_minute_since", row.requests_per_minute_since);
    column("tokens_per_minute_since", row.tokens_per_minute_since);
    column("set_by_admin", row.set_by_admin);
    column("cooldowns", row.cooldowns);
  }
};

}  // namespace

SqlLedgerStore::SqlLedgerStore(std::unique_ptr<SqlConnection> connection)
    : connection_(std::move(connection)),
      select_(select_of<LedgerTable>()),
      replace_(insert_of<LedgerTable>("INSERT OR REPLACE")) {}

SqlLedgerStore::~SqlLedgerStore() = default;

Result<std::vector<LedgerRow>> SqlLedgerStore::load() {
  std::vector<LedgerRow> rows;
  GEMINATE_CHECK_OK(connection_->run(select_, {}, [&rows](std::span<const SqlValue> columns) -> Status {
    GEMINATE_TRY(LedgerRow row, read_row<LedgerTable>(columns));
    rows.push_back(std::move(row));
    return Status::success();
  }));
  return rows;
}

Status SqlLedgerStore::save(const std::vector<LedgerRow>& rows) {
  if (rows.empty()) return Status::success();
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  for (const LedgerRow& row : rows) {
    GEMINATE_CHECK_OK(connection_->run(replace_, parameters_of<LedgerTable>(row)));
  }
  return transaction.commit();
}

Status SqlLedgerStore::save_edit(const LedgerRow& row, const Change& /*change*/) {
  // The connection is a relaxed one, for counts; an edit is worth waiting for the disk.
  GEMINATE_CHECK_OK(connection_->run_script("PRAGMA synchronous = FULL"));
  Status saved = save({row});
  Status relaxed = connection_->run_script("PRAGMA synchronous = NORMAL");
  return saved.ok() ? std::move(relaxed) : std::move(saved);
}

Status SqlLedgerStore::drop_before(Timestamp time) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_CHECK_OK(
      connection_->run("DELETE FROM quota_ledgers WHERE saved_at < $time", {{"time", to_sql(time)}}));
  return transaction.commit();
}

}  // namespace geminate::storage
