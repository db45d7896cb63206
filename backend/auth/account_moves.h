#pragma once

#include "backend/auth/account.h"

namespace geminate::auth {

/// What the audit log says of a change of an account; `before` is null for a new one, `after` for one that is
/// deleted. Of passwords, second factors and recovery codes it says that they changed, never what they are.
Change account_change(const Change& change, const Account* before, const Account* after);

}  // namespace geminate::auth
