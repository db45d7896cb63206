#include <algorithm>

#include "backend/config/setting_store.h"

namespace geminate::config {

Result<std::vector<SettingRow>> MemorySettingStore::load() { return rows_; }

Status MemorySettingStore::save(const std::vector<SettingRow>& rows, const Change& change) {
  if (audit_ != nullptr) GEMINATE_CHECK_OK(audit_->append(change));
  for (const SettingRow& row : rows) {
    const auto old = std::find_if(rows_.begin(), rows_.end(),
                                  [&row](const SettingRow& kept) { return kept.name == row.name; });
    if (old == rows_.end()) {
      rows_.push_back(row);
    } else {
      *old = row;
    }
  }
  return Status::success();
}

}  // namespace geminate::config
