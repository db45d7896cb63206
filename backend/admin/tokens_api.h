#pragma once

#include "backend/admin/binding.h"
#include "backend/admin/token_list.h"
#include "backend/auth/authenticator.h"

namespace geminate::admin {

/// The routes under /api/manage/tokens. All but `add_route` outlive the handlers.
void register_tokens_api(const http::AddManagementRoute& add_route, auth::Authenticator& authenticator,
                         TokenListing& listing, const RunInBackground& run);

}  // namespace geminate::admin
