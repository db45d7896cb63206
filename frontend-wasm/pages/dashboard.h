#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// 总览: what was served over a period, how fast and for how much, and how the pool stands now.
void dashboard_page(const AppState& state, const Emit& emit);

}  // namespace geminate::ui
