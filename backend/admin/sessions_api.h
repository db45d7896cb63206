#pragma once

#include "backend/admin/sign_in.h"

namespace geminate::admin {

/// The routes under /api/manage/sessions: who is logged in, and how to end that.
void register_sessions_api(const http::AddManagementRoute& add_route, const SignInParts& parts);

}  // namespace geminate::admin
