#pragma once

#include "backend/admin/binding.h"
#include "backend/auth/authenticator.h"

namespace geminate::admin {

/// The routes under /api/manage/tokens. `authenticator` and `run` outlive the handlers.
void register_tokens_api(const http::AddManagementRoute& add_route, auth::Authenticator& authenticator,
                         KeyStorageMode mode, const RunInBackground& run);

}  // namespace geminate::admin
