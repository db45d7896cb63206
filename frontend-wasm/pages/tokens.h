#pragma once

#include "frontend-wasm/app/app_state.h"

namespace geminate::ui {

/// 访问令牌: what clients present. Make (the secret is shown once, with an example of its
/// use), edit, give another secret, switch off and on, delete; what each has used of its limits.
void tokens_page(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
