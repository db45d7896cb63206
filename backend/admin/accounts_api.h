#pragma once

#include "backend/admin/sign_in.h"

namespace geminate::admin {

/// The routes under /api/manage/accounts, and those for one's own password and second factor.
void register_accounts_api(const http::AddManagementRoute& add_route, const SignInParts& parts);

}  // namespace geminate::admin
