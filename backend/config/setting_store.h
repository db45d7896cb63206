#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/audit/audit_log.h"
#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/core/time.h"

namespace geminate::config {

/// What the console said of one setting, or a document of its own beside them (alias_book.h).
struct SettingRow {
  std::string name;
  /// None after a reset: the row stays, so that revisions go on counting.
  std::optional<std::string> value;
  std::int64_t revision = 0;
  Timestamp changed_at{};
};

/// Where settings that were changed in the console live: storage::SqlSettingStore in database mode,
/// MemorySettingStore, which ends with the process, otherwise. Calls block; one thread at a time (the
/// management thread).
class SettingStore {
 public:
  virtual ~SettingStore() = default;
  virtual Result<std::vector<SettingRow>> load() = 0;
  /// Puts each in the place of the one before it, all or none of them, together with the row of the audit log
  /// that `change` is. Durable when it returns success, as far as the store keeps anything.
  virtual Status save(const std::vector<SettingRow>& rows, const Change& change) = 0;
};

/// Never holds more rows than there are settings, and the aliases of models (alias_book.h).
class MemorySettingStore final : public SettingStore {
 public:
  /// Changes leave their rows in `audit`, which outlives it; null: nowhere.
  explicit MemorySettingStore(audit::AuditLog* audit = nullptr) : audit_(audit) {}

  Result<std::vector<SettingRow>> load() override;
  Status save(const std::vector<SettingRow>& rows, const Change& change) override;

 private:
  audit::AuditLog* audit_;
  std::vector<SettingRow> rows_;
};

}  // namespace geminate::config
