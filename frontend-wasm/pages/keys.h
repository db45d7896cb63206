#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// 管理代理 Key: the figures, the list with search, filters and sorting, and what is open above it.
void keys_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
