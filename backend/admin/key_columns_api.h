#pragma once

#include <memory>

#include "backend/admin/binding.h"
#include "backend/admin/key_portions.h"

namespace geminate::admin {

/// keys/facts and keys/activity: the pool by column, whole or what has changed. `portions` is touched by
/// tasks of `run` only.
void register_key_columns_api(const http::AddManagementRoute& add_route, KeyPortions& portions,
                              const RunInBackground& run);

}  // namespace geminate::admin
