#include "backend/storage/sql_audit_trail.h"

#include <utility>

#include "backend/storage/audit_table.h"

namespace geminate::storage {

using audit::Anchor;
using audit::Record;

namespace {

const std::string& insert_row() {
  static const std::string sql = insert_of<AuditTable>();
  return sql;
}

Result<std::optional<std::string>> anchor_text(SqlConnection& connection) {
  std::optional<std::string> text;
  GEMINATE_CHECK_OK(connection.run("SELECT value FROM facts WHERE name = 'audit_anchor'", {},
                                   [&text](std::span<const SqlValue> row) {
                                     Blob blob;
                                     if (from_sql(row[0], blob)) text = std::move(blob.bytes);
                                     return Status::success();
                                   }));
  return text;
}

/// The oldest rows from before that time, at most so many of them; those that follow a younger row stay.
Result<std::vector<Record>> oldest_before(SqlConnection& connection, Timestamp time, std::int64_t most) {
  static const std::string select = select_of<AuditTable>() + " ORDER BY id LIMIT $most";
  std::vector<Record> rows;
  bool is_over = false;
  GEMINATE_CHECK_OK(
      connection.run(select, {{"most", most}}, [&](std::span<const SqlValue> columns) -> Status {
        if (is_over) return Status::success();
        GEMINATE_TRY(Record row, read_row<AuditTable>(columns));
        is_over = row.at >= time;
        if (!is_over) rows.push_back(std::move(row));
        return Status::success();
      }));
  return rows;
}

}  // namespace

Result<std::optional<Anchor>> SqlAuditTrail::anchor(SqlConnection& connection) const {
  GEMINATE_TRY(const auto text, anchor_text(connection));
  return text ? audit::open_anchor(key_, *text) : std::nullopt;
}

Result<Anchor> SqlAuditTrail::sound_anchor(SqlConnection& connection) const {
  GEMINATE_TRY(auto found, anchor(connection));
  if (found) return std::move(*found);
  return Error{
      ErrorCode::Internal,
      "The audit log's anchor is missing or altered, so nothing may be changed. Restore the database "
      "from a backup.",
      "audit_anchor",
      {},
      {}};
}

Status SqlAuditTrail::save_anchor(SqlConnection& connection, const Anchor& anchor) const {
  GEMINATE_CHECK_OK(
      connection.run("INSERT INTO facts (name, value) VALUES ('audit_anchor', $value) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     {{"value", Blob{audit::seal_anchor(key_, anchor)}}}));
  return Status::success();
}

Status SqlAuditTrail::append(SqlConnection& connection, const Change& change) const {
  GEMINATE_TRY(Anchor anchor, sound_anchor(connection));
  const Record record = audit::next_record(key_, anchor, change, now().wall);
  const auto inserted = connection.run(insert_row(), parameters_of<AuditTable>(record));
  if (!inserted.ok()) {
    Error error = inserted.error();
    // An id that is there already is no conflict of the caller's making.
    if (error.code == ErrorCode::Conflict) {
      error.code = ErrorCode::Internal;
      error.message = "The audit log was altered, so nothing may be changed.";
    }
    return error;
  }
  return save_anchor(connection, anchor);
}

Result<bool> SqlAuditTrail::has_begun(SqlConnection& connection) {
  GEMINATE_TRY(const auto text, anchor_text(connection));
  std::int64_t rows = 0;
  GEMINATE_CHECK_OK(connection.run("SELECT count(*) FROM (SELECT 1 FROM audit_log LIMIT 1)", {},
                                   [&rows](std::span<const SqlValue> row) {
                                     (void)from_sql(row[0], rows);
                                     return Status::success();
                                   }));
  return text.has_value() || rows != 0;
}

Result<bool> SqlAuditTrail::begin_log(SqlConnection& connection) const {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  GEMINATE_TRY(const bool is_there, has_begun(connection));
  if (is_there) return false;
  GEMINATE_CHECK_OK(save_anchor(connection, Anchor{}));
  GEMINATE_CHECK_OK(transaction.commit());
  return true;
}

Result<std::int64_t> SqlAuditTrail::drop_before(SqlConnection& connection, Timestamp time,
                                                std::int64_t most) const {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(connection));
  GEMINATE_TRY(const auto rows, oldest_before(connection, time, most));
  if (rows.empty()) return std::int64_t{0};
  GEMINATE_TRY(Anchor anchor, sound_anchor(connection));
  // Rows that are not the chain's own are evidence; they stay for the check to find.
  if (rows.front().id != anchor.first_id) return std::int64_t{0};
  for (const Record& row : rows) audit::drop_first(anchor, row);
  GEMINATE_CHECK_OK(
      connection.run("DELETE FROM audit_log WHERE id < $first", {{"first", std::int64_t{anchor.first_id}}}));
  GEMINATE_CHECK_OK(save_anchor(connection, anchor));
  Change change{Caller::server(), AuditAction::AuditPrune, "audit", {}};
  change.moves.push_back({"rows", std::to_string(rows.size()), std::nullopt});
  change.moves.push_back({"through_id", std::nullopt, std::to_string(rows.back().id)});
  GEMINATE_CHECK_OK(append(connection, change));
  GEMINATE_CHECK_OK(transaction.commit());
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace geminate::storage
