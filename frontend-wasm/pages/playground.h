#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

void playground_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
