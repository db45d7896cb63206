#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

void login_page(const AppState& state, Drafts& drafts, const Emit& emit);
/// Before the server has said who we are.
void waiting_page(const AppState& state, const Emit& emit);

}  // namespace geminate::ui
