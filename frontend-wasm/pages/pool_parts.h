#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

// The dashboard's picture of the pool, for dashboard.cpp alone.

/// How a state is shown: KeyState's, or the one of keys that were not there yet.
struct PoolLook {
  Text name{};
  Colour fill = 0;
  Icon mark = Icon::None;  // in cells with room for it: colour never speaks alone
};
PoolLook pool_look(const Phrasebook& say, std::size_t state);
/// "2026-11-27 21:15 · 3 h ago", or now.
Text moment_text(const AppState& state);

/// How high all cells stand in that width; in large pools they shrink instead.
float pool_cells_height(std::size_t cells, float width);
/// One cell a key, or a run of keys; over it what each is, a press leads to the key.
void draw_pool_cells(const AppState& state, ImVec2 size, const Emit& emit);
/// How many fell when, and the moment that is shown: dragged, or moved by arrow keys.
void draw_pool_scrubber(const AppState& state, float width, const Emit& emit);
inline constexpr float kScrubber = 76;
/// How high the list below stands by itself; beyond a few lines it scrolls.
float fallen_height(std::size_t lines);
/// Who was not to be had at that moment, since when and why.
void draw_fallen(const AppState& state, ImVec2 size, const Emit& emit);

/// All of it in a card.
void draw_pool_card(const AppState& state, float width, const Emit& emit);

}  // namespace geminate::ui
