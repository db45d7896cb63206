#pragma once

#include "backend/config/config.h"

namespace geminate::app {

// `geminate audit …`: looks at the audit log in the database of the configuration, with its key, beside a
// running server or without one; nothing is changed. Each answers with the exit status, 1 where it found
// something wrong, and says so on standard error.

/// Whether the log is whole; says where it is not.
int verify_audit(const config::Config& config);
/// The whole log as lines of JSON on standard output, the oldest first.
int export_audit(const config::Config& config);

}  // namespace geminate::app
