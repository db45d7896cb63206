#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// The other names that clients may call models by.
void models_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
