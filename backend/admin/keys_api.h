#pragma once

#include "backend/admin/binding.h"
#include "backend/admin/key_edits.h"
#include "backend/keys/key_pool.h"

namespace geminate::admin {

/// The routes under /api/manage/keys. `add_route` takes each endpoint with its handler; `pool` and `run`
/// outlive them, and so does what `hooks` refer to.
void register_keys_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool, KeyEditHooks hooks,
                       const RunInBackground& run);

}  // namespace geminate::admin
