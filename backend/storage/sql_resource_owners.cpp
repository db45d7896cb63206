#include "backend/storage/sql_resource_owners.h"

#include <utility>

#include "backend/storage/table_rows.h"

namespace geminate::storage {

using keys::ResourceOwnerRow;

namespace {

struct OwnerTable {
  static constexpr std::string_view kName = "resource_owners";
  using Row = ResourceOwnerRow;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("name", row.name);
    column("key_id", row.key_id);
    column("project", row.project);
    column("expires_at", row.expires_at);
  }
};

}  // namespace

SqlResourceOwners::SqlResourceOwners(std::unique_ptr<SqlConnection> connection)
    : connection_(std::move(connection)),
      select_(select_of<OwnerTable>() + " WHERE expires_at > $at ORDER BY expires_at"),
      replace_(insert_of<OwnerTable>("INSERT OR REPLACE")) {}

Result<std::vector<ResourceOwnerRow>> SqlResourceOwners::load(Timestamp at) {
  std::vector<ResourceOwnerRow> rows;
  GEMINATE_CHECK_OK(
      connection_->run(select_, {{"at", to_sql(at)}}, [&rows](std::span<const SqlValue> columns) -> Status {
        GEMINATE_TRY(auto row, read_row<OwnerTable>(columns));
        rows.push_back(std::move(row));
        return Status::success();
      }));
  return rows;
}

Status SqlResourceOwners::save(std::span<const ResourceOwnerRow> rows, std::span<const std::string> forgotten,
                               Timestamp at) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  for (const ResourceOwnerRow& row : rows) {
    GEMINATE_CHECK_OK(connection_->run(replace_, parameters_of<OwnerTable>(row)));
  }
  for (const std::string& name : forgotten) {
    GEMINATE_CHECK_OK(
        connection_->run("DELETE FROM resource_owners WHERE name = $name", {{"name", SqlValue(name)}}));
  }
  GEMINATE_CHECK_OK(
      connection_->run("DELETE FROM resource_owners WHERE expires_at <= $at", {{"at", to_sql(at)}}));
  return transaction.commit();
}

}  // namespace geminate::storage
