#include "frontend-wasm/pages/dialog_parts.h"

namespace geminate::ui {

Choice draw_choice(const Phrasebook& say, const Text& command, const ButtonStyle& style, float width) {
  const float buttons = button_width(say(TextId::Cancel)) + button_width(command, style) + space::kTightGap;
  gap(space::kHair);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - buttons, at.y});
  Choice choice = Choice::None;
  if (button(say(TextId::Cancel))) choice = Choice::Cancel;
  ImGui::SameLine(0, space::kTightGap);
  if (button(command, style)) choice = Choice::Command;
  return choice;
}

void draw_temporary_note(const AppState& state, TextId which, float width) {
  if (!state.memory_mode()) return;
  paragraph(state.phrasebook()(which), {.size = type::kDense, .colour = theme().warning.text}, width);
}

}  // namespace geminate::ui
