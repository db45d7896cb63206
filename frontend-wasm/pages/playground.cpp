#include "frontend-wasm/pages/playground.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/playground_parts.h"

namespace geminate::ui {
namespace {

/// Below this width the halves stand one below the other.
constexpr float kTwoColumns = 760;

/// Sends from wherever the keyboard is, unless a menu or dialog has it.
void follow_keys(const PlaygroundFrame& frame) {
  const bool popup = ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup);
  if (!popup && ImGui::IsKeyChordPressed(ImGuiMod_Ctrl | ImGuiKey_Enter)) frame.ask(AskModel{});
}

/// A card whose content scrolls and that has a row which does not, below or above it.
template <class Content, class Row>
void pane(const char* id, ImVec2 size, bool row_below, Content content, Row row) {
  const float bar = button_height({}) + 2 * space::kCardY;
  const Card card(id, size, {1, 1});
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 inner = ImGui::GetContentRegionAvail();
  const float top = row_below ? min.y : min.y + bar;
  const float line = row_below ? min.y + inner.y - bar : min.y + bar;
  ImGui::GetWindowDrawList()->AddLine({min.x, line}, {min.x + inner.x, line}, theme().row_line);
  const auto draw_row = [&] {
    ImGui::SetCursorScreenPos({min.x + space::kCardX, (row_below ? line : min.y) + space::kCardY});
    row(inner.x - 2 * space::kCardX);
  };
  if (!row_below) draw_row();
  ImGui::SetCursorScreenPos({min.x, top});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(space::kCardX, space::kSection));
  ImGui::BeginChild("inside", {inner.x, inner.y - bar},
                    ImGuiChildFlags_AlwaysUseWindowPadding | ImGuiChildFlags_NavFlattened);
  ImGui::PopStyleVar();
  content(ImGui::GetContentRegionAvail());
  ImGui::EndChild();
  if (row_below) draw_row();
}

/// Keeps the end in sight while text comes, unless the reader scrolled up.
void follow_answer(const PlaygroundAnswer& answer) {
  int* was_at_end = ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("at_end"), 1);
  if (answer.running() && *was_at_end != 0) ImGui::SetScrollY(ImGui::GetScrollMaxY());
  *was_at_end = ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - 4 ? 1 : 0;
}

void draw_columns(const PlaygroundFrame& frame, float width, float height) {
  const float column = std::floor((width - space::kSection) / 2);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  pane(
      "prompt", {column, height}, true, [&](ImVec2 room) { draw_prompt(frame, room.x, room.y); },
      [&](float room) { draw_prompt_commands(frame, room); });
  ImGui::SetCursorScreenPos({at.x + width - column, at.y});
  pane(
      "answer", {column, height}, false,
      [&](ImVec2 room) {
        draw_answer(frame, room.x, room.y);
        follow_answer(frame.state.playground.answer);
      },
      [&](float room) { draw_answer_tabs(frame, room); });
}

/// A prompt that was sent leads the eye to its answer.
void scroll_to_new_answer(const PlaygroundAnswer& answer) {
  int* seen = ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("seen"), 0);
  const int serial = static_cast<int>(answer.serial);
  if (*seen != serial) ImGui::SetScrollHereY(0);
  *seen = serial;
}

void draw_stacked(const PlaygroundFrame& frame, float width) {
  draw_prompt(frame, width, 0);
  gap(space::kSection);
  draw_prompt_commands(frame, width);
  gap(space::kSection);
  const float top = ImGui::GetCursorPosY();
  scroll_to_new_answer(frame.state.playground.answer);
  draw_answer_tabs(frame, width);
  gap(space::kGap);
  draw_answer(frame, width, 300);
  gap(space::kSection);
  if (frame.state.playground.answer.stage == AnswerStage::None) return;
  // Room below a short answer, or it could not be scrolled to the page's top.
  const float missing = top + ImGui::GetWindowHeight() - ImGui::GetCursorPosY();
  if (missing > 0) gap(missing);
}

}  // namespace

void playground_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const PlaygroundFrame inside{state, drafts, emit};
  const PageFrame frame(state, emit, state.phrasebook()(TextId::PlaygroundTitle), {});
  follow_keys(inside);
  if (frame.width() >= kTwoColumns) {
    draw_columns(inside, frame.width(), frame.height_left(420));
  } else {
    draw_stacked(inside, frame.width());
  }
}

}  // namespace geminate::ui
