#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "backend/audit/audit_log.h"
#include "backend/audit/failed_logins.h"
#include "backend/observe/log.h"

namespace geminate::app {

/// Writes log-ins, log-outs and attempts to the audit log, from whichever thread they come. Nothing is
/// changed by them that could be taken back, so a row that cannot be written is an error in the log of the
/// server.
class LoginAudit {
 public:
  /// `run` runs a task on the management thread, whose `audit` is; all of them outlive this.
  LoginAudit(audit::AuditLog& audit, observe::Log& log, std::function<void(std::function<void()>)> run)
      : audit_(audit), log_(log), run_(std::move(run)) {}

  /// Any thread.
  void note(const Caller& who, AuditAction action);
  /// Somebody came with a wrong secret. Any thread.
  void note_failure(const Caller& who, const Now& now);
  /// What recurs: attempts that were counted; all of them with `all`. Management thread.
  void save_due(const Now& now, bool all = false);

 private:
  void post(std::vector<Change> rows);
  void write(const std::vector<Change>& rows);

  audit::AuditLog& audit_;
  observe::Log& log_;
  const std::function<void(std::function<void()>)> run_;
  std::mutex mutex_;
  audit::FailedLogins failures_;
};

}  // namespace geminate::app
