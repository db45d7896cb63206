#pragma once

#include "backend/admin/sign_in.h"
#include "backend/auth/reveal_budget.h"
#include "backend/keys/key_pool.h"

namespace geminate::admin {

/// The routes that show upstream keys whole: keys/reveal and keys/export. Off unless KEY_REVEAL says `on`;
/// they want the password once more, write their row of the audit log before they answer, and are few in an
/// hour. `pool` and `budget`, which is the management thread's, outlive the handlers.
void register_reveal_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool,
                         auth::RevealBudget& budget, bool is_on, const SignInParts& parts);

}  // namespace geminate::admin
