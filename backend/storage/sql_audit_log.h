#pragma once

#include <memory>

#include "backend/audit/audit_log.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"

namespace geminate::storage {

/// The log in the database of keys and tokens. Writer and reader have a connection each, so the reader waits
/// for nobody; with one that only reads, all but append and drop_before works beside a running server.
class SqlAuditLog final : public audit::AuditLog {
 public:
  /// `writer` may be null where nothing is written.
  SqlAuditLog(std::unique_ptr<SqlConnection> writer, std::unique_ptr<SqlConnection> reader,
              SqlAuditTrail trail);
  ~SqlAuditLog() override;

  Status append(const Change& change) override;
  Result<std::int64_t> drop_before(Timestamp time, std::int64_t most) override;
  Status visit_newest(const audit::Filter& filter, std::int64_t before, std::int64_t limit,
                      const audit::Visit& visit) override;
  Status visit_oldest(const audit::Filter& filter, std::int64_t after, std::int64_t limit,
                      const audit::Visit& visit) override;
  Result<AuditVerification> verify() override;

 private:
  Status visit_rows(const std::string& sql, const audit::Filter& filter, SqlParameter bound,
                    std::int64_t limit, const audit::Visit& visit);

  std::unique_ptr<SqlConnection> writer_;
  std::unique_ptr<SqlConnection> reader_;
  const SqlAuditTrail trail_;
  std::string select_newest_;
  std::string select_oldest_;
};

}  // namespace geminate::storage
