#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {

// What the dialogs of several pages have alike.

enum class Choice : std::uint8_t { None, Cancel, Command };

/// Cancel and the dialog's own command at its right edge.
Choice draw_choice(const Phrasebook& say, const Text& command, const ButtonStyle& style, float width);

/// The sentence of memory mode below every edit; nothing in database mode.
void draw_temporary_note(const AppState& state, TextId which, float width);

}  // namespace geminate::ui
