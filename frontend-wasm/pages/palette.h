#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// Answers the keys that mean the same on every page, unless somebody types or chooses from something.
void take_shortcuts(const AppState& state, const Emit& emit);
/// The command palette or the list of shortcuts, while one of them is open.
void draw_palette(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
