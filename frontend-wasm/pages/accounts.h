#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// Who may log in, who is logged in, and one's own password and second factor.
void accounts_page(const AppState& state, Drafts& drafts, const Emit& emit);

/// The dialog that is open about an account, a session or a whole key; the page of keys has some of them too.
void draw_account_step(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
