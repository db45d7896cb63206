#include "backend/app/login_audit.h"

#include <utility>

namespace geminate::app {

void LoginAudit::note(const Caller& who, AuditAction action) { post({Change{who, action, "session", {}}}); }

void LoginAudit::note_failure(const Caller& who, const Now& now) {
  std::vector<Change> rows;
  {
    const std::lock_guard lock(mutex_);
    rows = failures_.note(who, now);
  }
  post(std::move(rows));
}

void LoginAudit::save_due(const Now& now, bool all) {
  std::vector<Change> rows;
  {
    const std::lock_guard lock(mutex_);
    rows = failures_.take_due(now, all);
  }
  write(rows);
}

void LoginAudit::post(std::vector<Change> rows) {
  if (rows.empty()) return;
  run_([this, rows = std::move(rows)] { write(rows); });
}

void LoginAudit::write(const std::vector<Change>& rows) {
  for (const Change& row : rows) {
    const auto written = audit_.append(row);
    if (!written.ok()) {
      log_.error("audit_not_written",
                 {{"action", name_of(row.action)}, {"problem", written.error().message}});
    }
  }
}

}  // namespace geminate::app
