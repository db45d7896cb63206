#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/text/text.h"
#include "frontend-wasm/widgets/data_table.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {

// What stands above and in the lists of several pages.

/// A search with a button that empties it, which counts as a change.
FieldEvent search_field(const Phrasebook& say, TextId name, TextId hint, std::string& words, float width,
                        const Text& fault = {});

/// A filter and how many rows it would show.
struct CountChip {
  TextId name;
  Text count;
  bool on = false;
};
float chip_height();
float count_chips_width(const Phrasebook& say, const std::vector<CountChip>& chips);
/// In one line; which of them was pressed.
std::optional<std::size_t> count_chips(const Phrasebook& say, const std::vector<CountChip>& chips);

/// A card of a phone's list. True when it was pressed.
template <class Draw>
bool row_card(ImVec2 min, float width, float height, const Text& name, Draw draw) {
  ImGui::SetCursorScreenPos(min);
  const Press press = press_area("card", {width, height}, true);
  describe(Role::Row, name);
  const Within inside;
  paint_box(min, press.max, press.held ? theme().accent.wash : theme().surface, theme().line);
  draw();
  return press.clicked;
}

inline constexpr float kBelowLast = 80;  // so that the phone's round button hides nothing

/// Those in sight, one below the other.
template <class Rows, class Draw>
void row_cards(const Rows& rows, float height, Draw draw, float below = kBelowLast) {
  const float step = height + space::kTightGap;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(rows.size()), step);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      ImGui::PushID(i);
      draw(rows[static_cast<std::size_t>(i)], ImVec2{top.x, top.y + step * static_cast<float>(i)});
      ImGui::PopID();
    }
  }
  clipper.End();
  ImGui::SetCursorScreenPos({top.x, top.y + step * static_cast<float>(rows.size())});
  ImGui::Dummy({0, below});
}

/// How long ago or how far ahead, exact when the pointer rests on it; `none` where there is no time.
void time_cell(const TableRow& row, int column, const AppState& state, const std::optional<Timestamp>& time,
               TextId none);

}  // namespace geminate::ui
