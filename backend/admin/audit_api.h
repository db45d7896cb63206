#pragma once

#include "backend/admin/binding.h"
#include "backend/audit/audit_log.h"

namespace geminate::admin {

/// The audit log's pages, its check and its export. `run` leads to the management thread, `read` to the one
/// that reads; both and `log` outlive the handlers.
void register_audit_api(const http::AddManagementRoute& add_route, audit::AuditLog& log,
                        const RunInBackground& run, const RunInBackground& read);

}  // namespace geminate::admin
