#pragma once

#include "backend/auth/client_token.h"
#include "shared/core/change.h"

namespace geminate::auth {

/// What the audit log says of a change of a token; `before` is null for a new one, `after` for one that is
/// deleted. Of a secret it says what lists show, never its hash.
Change token_change(const Change& change, const ClientToken* before, const ClientToken* after);

}  // namespace geminate::auth
