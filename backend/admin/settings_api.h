#pragma once

#include <functional>

#include "backend/admin/binding.h"
#include "backend/config/run_settings.h"

namespace geminate::admin {

/// The settings of the running server, and what it is; both asked on the management thread. `settings`
/// outlives the handlers.
void register_settings_api(const http::AddManagementRoute& add_route, config::RunSettings& settings,
                           std::function<AboutView()> about, const RunInBackground& run);

}  // namespace geminate::admin
