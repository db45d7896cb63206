#include "backend/storage/sql_audit_log.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "backend/audit/verifier.h"
#include "backend/storage/audit_table.h"

namespace geminate::storage {

using audit::Filter;
using audit::Record;
using audit::Visit;

namespace {

/// What a filter asks of a row; a null parameter asks nothing.
constexpr std::string_view kFilter =
    " AND ($who IS NULL OR name = $who)"
    " AND ($action IS NULL OR substr(action, 1, length($action)) = $action)"
    " AND ($target IS NULL OR target_kind = $target OR target_kind || '/' || target_id = $target)"
    " AND ($from IS NULL OR at >= $from) AND ($to IS NULL OR at < $to)";

/// So many are read at once: no statement stays open while somebody works on a row, which would hold up the
/// clean-up of the write-ahead log.
constexpr std::int64_t kStep = 1000;

}  // namespace

SqlAuditLog::SqlAuditLog(std::unique_ptr<SqlConnection> writer, std::unique_ptr<SqlConnection> reader,
                         SqlAuditTrail trail)
    : writer_(std::move(writer)),
      reader_(std::move(reader)),
      trail_(std::move(trail)),
      select_newest_(select_of<AuditTable>() + " WHERE id < $bound" + std::string(kFilter) +
                     " ORDER BY id DESC LIMIT $limit"),
      select_oldest_(select_of<AuditTable>() + " WHERE id > $bound" + std::string(kFilter) +
                     " ORDER BY id LIMIT $limit") {}

SqlAuditLog::~SqlAuditLog() = default;

Status SqlAuditLog::append(const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*writer_));
  GEMINATE_CHECK_OK(trail_.append(*writer_, change));
  return transaction.commit();
}

Result<std::int64_t> SqlAuditLog::drop_before(Timestamp time, std::int64_t most) {
  return trail_.drop_before(*writer_, time, most);
}

Status SqlAuditLog::visit_rows(const std::string& sql, const Filter& filter, SqlParameter bound,
                               std::int64_t limit, const Visit& visit) {
  while (limit > 0) {
    const std::int64_t step = std::min(limit, kStep);
    std::vector<Record> rows;
    GEMINATE_CHECK_OK(reader_->run(sql,
                                   {bound,
                                    {"who", to_sql(filter.who)},
                                    {"action", to_sql(filter.action)},
                                    {"target", to_sql(filter.target)},
                                    {"from", to_sql(filter.from)},
                                    {"to", to_sql(filter.to)},
                                    {"limit", step}},
                                   [&rows](std::span<const SqlValue> columns) -> Status {
                                     GEMINATE_TRY(Record row, read_row<AuditTable>(columns));
                                     rows.push_back(std::move(row));
                                     return Status::success();
                                   }));
    for (const Record& row : rows) GEMINATE_CHECK_OK(visit(row));
    if (static_cast<std::int64_t>(rows.size()) < step) break;
    bound.value = rows.back().id;
    limit -= step;
  }
  return Status::success();
}

Status SqlAuditLog::visit_newest(const Filter& filter, std::int64_t before, std::int64_t limit,
                                 const Visit& visit) {
  return visit_rows(select_newest_, filter, {"bound", before}, limit, visit);
}

Status SqlAuditLog::visit_oldest(const Filter& filter, std::int64_t after, std::int64_t limit,
                                 const Visit& visit) {
  return visit_rows(select_oldest_, filter, {"bound", after}, limit, visit);
}

Result<AuditVerification> SqlAuditLog::verify() {
  static const std::string select = select_of<AuditTable>() + " ORDER BY id";
  // One transaction, so that anchor and rows are of one moment; a reading one, for the file may not be ours
  // to write.
  GEMINATE_CHECK_OK(reader_->run("BEGIN"));
  AuditVerification result;
  const auto read = [&]() -> Status {
    GEMINATE_TRY(const auto anchor, trail_.anchor(*reader_));
    audit::Verifier verifier(trail_.key(), anchor);
    GEMINATE_CHECK_OK(reader_->run(select, {}, [&verifier](std::span<const SqlValue> columns) {
      auto row = read_row<AuditTable>(columns);
      if (row.ok()) {
        verifier.take(*row);
      } else {
        std::int64_t id = 0;
        (void)from_sql(columns[0], id);
        verifier.take_unreadable(id);
      }
      return Status::success();
    }));
    result = verifier.finish();
    return Status::success();
  }();
  reader_->rollback();
  if (!read.ok()) return read.error();
  return result;
}

}  // namespace geminate::storage
