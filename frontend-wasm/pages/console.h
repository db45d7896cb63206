#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// The whole page: log-in or navigation with the page that is open, dialogs, messages.
void console_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
