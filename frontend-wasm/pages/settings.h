#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// Settings with their origins, limits of quotas, prices, and how the server is.
void settings_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
