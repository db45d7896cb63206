#include "backend/storage/sql_setting_store.h"

#include <utility>

#include "backend/storage/table_rows.h"

namespace geminate::storage {

using config::SettingRow;

namespace {

struct SettingTable {
  static constexpr std::string_view kName = "console_settings";
  using Row = SettingRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("name", row.name);
    column("value", row.value);
    column("revision", row.revision);
    column("changed_at", row.changed_at);
  }
};

}  // namespace

SqlSettingStore::SqlSettingStore(std::unique_ptr<SqlConnection> connection, SqlAuditTrail trail)
    : connection_(std::move(connection)),
      select_(select_of<SettingTable>()),
      replace_(insert_of<SettingTable>("INSERT OR REPLACE")),
      trail_(std::move(trail)) {}

SqlSettingStore::~SqlSettingStore() = default;

Result<std::vector<SettingRow>> SqlSettingStore::load() {
  std::vector<SettingRow> rows;
  GEMINATE_CHECK_OK(connection_->run(select_, {}, [&rows](std::span<const SqlValue> columns) -> Status {
    GEMINATE_TRY(SettingRow row, read_row<SettingTable>(columns));
    rows.push_back(std::move(row));
    return Status::success();
  }));
  return rows;
}

Status SqlSettingStore::save(const std::vector<SettingRow>& rows, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  for (const SettingRow& row : rows) {
    GEMINATE_CHECK_OK(connection_->run(replace_, parameters_of<SettingTable>(row)));
  }
  GEMINATE_CHECK_OK(trail_.append(*connection_, change));
  return transaction.commit();
}

}  // namespace geminate::storage
