#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/blocks.h"

namespace geminate::ui {

// The playground's two halves, for playground.cpp alone.

struct PlaygroundFrame {
  const AppState& state;
  Drafts& drafts;
  const Emit& emit;

  Phrasebook say() const { return state.phrasebook(); }
  void ask(PlaygroundAction action) const { emit(AtPlayground{std::move(action)}); }
};

/// What is asked: model, parameters, system, messages. A message alone grows until all of it is `height`
/// high.
void draw_prompt(const PlaygroundFrame& frame, float width, float height);
/// Send or stop, and clear; `width` wide, one row high.
void draw_prompt_commands(const PlaygroundFrame& frame, float width);
/// Answer and code: the row of tabs, one row high.
void draw_answer_tabs(const PlaygroundFrame& frame, float width);
/// What the open tab holds; `height` is what there is for an empty one.
void draw_answer(const PlaygroundFrame& frame, float width, float height);

}  // namespace geminate::ui
