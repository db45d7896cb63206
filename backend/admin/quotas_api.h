#pragma once

#include "backend/admin/binding.h"
#include "backend/keys/key_pool.h"

namespace geminate::admin {

/// The routes under /api/manage/quotas. `pool` and `run` outlive the handlers.
void register_quotas_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool,
                         const RunInBackground& run);

}  // namespace geminate::admin
