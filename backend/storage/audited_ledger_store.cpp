#include "backend/storage/audited_ledger_store.h"

#include <algorithm>
#include <utility>

#include "backend/storage/table_rows.h"

namespace geminate::storage {

using keys::LedgerRow;

namespace {

struct QuotaEditTable {
  static constexpr std::string_view kName = "quota_edits";
  using Row = LedgerRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("project", row.project);
    column("key_id", row.key_id);
    column("model", row.model);
    column("requests_per_minute", row.requests_per_minute);
    column("tokens_per_minute", row.tokens_per_minute);
    column("requests_per_day", row.requests_per_day);
    column("tokens_per_day", row.tokens_per_day);
    column("set_by_admin", row.set_by_admin);
  }
};

constexpr std::optional<std::int64_t> LedgerRow::*kLimits[] = {
    &LedgerRow::requests_per_minute, &LedgerRow::tokens_per_minute, &LedgerRow::requests_per_day,
    &LedgerRow::tokens_per_day};

bool is_same_ledger(const LedgerRow& left, const LedgerRow& right) {
  return left.project == right.project && left.key_id == right.key_id && left.model == right.model;
}

/// What an admin set stands before what was kept; where they took a limit back, what was learnt since stays.
void lay_over(LedgerRow& row, const LedgerRow& edit) {
  for (std::size_t i = 0; i < std::size(kLimits); ++i) {
    const std::int64_t bit = std::int64_t{1} << i;
    if ((edit.set_by_admin & bit) != 0) {
      row.*kLimits[i] = edit.*kLimits[i];
    } else if ((row.set_by_admin & bit) != 0) {
      (row.*kLimits[i]).reset();
    }
  }
  row.set_by_admin = edit.set_by_admin;
}

}  // namespace

AuditedLedgerStore::AuditedLedgerStore(std::unique_ptr<keys::LedgerStore> counts,
                                       std::unique_ptr<SqlConnection> edits, SqlAuditTrail trail)
    : counts_(std::move(counts)),
      edits_(std::move(edits)),
      trail_(std::move(trail)),
      select_(select_of<QuotaEditTable>()),
      replace_(insert_of<QuotaEditTable>("INSERT OR REPLACE")) {}

AuditedLedgerStore::~AuditedLedgerStore() = default;

Result<std::vector<LedgerRow>> AuditedLedgerStore::load() {
  GEMINATE_TRY(auto rows, counts_->load());
  GEMINATE_CHECK_OK(edits_->run(select_, {}, [&rows](std::span<const SqlValue> columns) -> Status {
    GEMINATE_TRY(const LedgerRow edit, read_row<QuotaEditTable>(columns));
    const auto kept = std::find_if(rows.begin(), rows.end(),
                                   [&edit](const LedgerRow& row) { return is_same_ledger(row, edit); });
    if (kept == rows.end()) {
      LedgerRow& row = rows.emplace_back();
      row.project = edit.project;
      row.key_id = edit.key_id;
      row.model = edit.model;
      lay_over(row, edit);
    } else {
      lay_over(*kept, edit);
    }
    return Status::success();
  }));
  return rows;
}

Status AuditedLedgerStore::save_edit(const LedgerRow& row, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*edits_));
  GEMINATE_CHECK_OK(edits_->run(replace_, parameters_of<QuotaEditTable>(row)));
  GEMINATE_CHECK_OK(trail_.append(*edits_, change));
  GEMINATE_CHECK_OK(transaction.commit());
  // It holds already: the counts' own copy only saves the next start some work.
  (void)counts_->save({row});
  return Status::success();
}

}  // namespace geminate::storage
