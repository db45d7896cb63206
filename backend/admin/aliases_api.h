#pragma once

#include "backend/admin/binding.h"
#include "backend/config/alias_book.h"

namespace geminate::admin {

/// The aliases of models; `run` is the management thread. `book` outlives the handlers.
void register_aliases_api(const http::AddManagementRoute& add_route, config::AliasBook& book,
                          const RunInBackground& run);

}  // namespace geminate::admin
