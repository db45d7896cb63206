#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

void login_page(const AppState& state, Drafts& drafts, const Emit& emit);
/// Before the server has said who we are.
void waiting_page(const AppState& state, const Emit& emit);

/// The login over the page that was open when the session ended.
void draw_login_over(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
