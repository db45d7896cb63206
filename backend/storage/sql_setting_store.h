#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/config/setting_store.h"
#include "backend/storage/sql_audit_trail.h"
#include "backend/storage/sql_connection.h"

namespace geminate::storage {

/// Settings that were changed in the console, in the database of keys and tokens.
class SqlSettingStore final : public config::SettingStore {
 public:
  /// The schema is there and current: open_database sees to it.
  SqlSettingStore(std::unique_ptr<SqlConnection> connection, SqlAuditTrail trail);
  ~SqlSettingStore() override;

  Result<std::vector<config::SettingRow>> load() override;
  Status save(const std::vector<config::SettingRow>& rows, const Change& change) override;

 private:
  std::unique_ptr<SqlConnection> connection_;
  std::string select_;
  std::string replace_;
  const SqlAuditTrail trail_;
};

}  // namespace geminate::storage
