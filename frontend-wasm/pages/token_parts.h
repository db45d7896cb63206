#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

// The token page's parts, for tokens.cpp alone.

/// "…a3F9 description": how a token is called aloud and in titles.
Text spoken_name(const ClientTokenView& token);
/// The environment's tokens are set where the server is started.
bool can_change(const ClientTokenView& token);

void draw_token_table(const AppState& state, ImVec2 size, const Emit& emit);
/// The same for a narrow page: one card a token.
void draw_token_cards(const AppState& state, float width, const Emit& emit);

/// The dialogs: make, made, edit, delete.
void draw_token_overlays(const AppState& state, Drafts& drafts, const Emit& emit);

}  // namespace geminate::ui
