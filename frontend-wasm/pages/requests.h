#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// 请求记录: what was asked, newest first, with a live tail and a search; each request's story in a drawer.
void requests_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
