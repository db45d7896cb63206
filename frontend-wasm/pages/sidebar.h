#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// The navigation at the left edge, folded to icons on a page of middle width. Returns its width.
float draw_sidebar(const AppState& state, const Emit& emit);
/// The same as a drawer over a narrow page.
void draw_menu_drawer(const AppState& state, const Emit& emit);

/// Where one chooses language and look; also on the log-in page.
void language_button(const AppState& state, const Emit& emit);
void appearance_button(const AppState& state, const Emit& emit);

}  // namespace geminate::ui
