#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// Who changed what and when.
void audit_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
