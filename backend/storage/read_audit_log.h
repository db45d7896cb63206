#pragma once

#include <memory>

#include "backend/audit/audit_log.h"
#include "backend/config/config.h"

namespace geminate::storage {

/// The audit log of the configuration's database, for reading: not a byte of the database is changed. An
/// error with advice in memory mode, whose log ends with its process, and for all that open_stores refuses.
Result<std::unique_ptr<audit::AuditLog>> read_audit_log(const config::Config& config);

}  // namespace geminate::storage
