#include "frontend-wasm/pages/list_parts.h"

#include <cmath>

#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {

FieldEvent search_field(const Phrasebook& say, TextId name, TextId hint, std::string& words, float width,
                        const Text& fault) {
  const float side = button_height({.small = true});
  const FieldStyle style{
      .hint = say(hint), .width = width, .icon = Icon::Search, .room_right = words.empty() ? 0 : side + 4};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  FieldEvent event = text_field(say(name), words, style, fault);
  if (words.empty()) return event;
  const ImVec2 after = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - side - 3, at.y + (surface().field_height() - side) / 2});
  if (icon_button(say(TextId::ClearSearch), Icon::Close, {.kind = ButtonKind::Quiet, .small = true})) {
    words.clear();
    event.changed = true;
  }
  ImGui::SetCursorScreenPos(after);
  return event;
}

float chip_height() { return surface().touch ? space::kFieldTouch : 30; }

float count_chips_width(const Phrasebook& say, const std::vector<CountChip>& chips) {
  constexpr float kAround = 30;  // edges, and between the name and the count
  const TextStyle style{.size = type::kDense};
  float width = -space::kTightGap;
  for (const CountChip& each : chips) {
    width += std::ceil(measure(say(each.name), style).x) + std::ceil(measure(each.count, style).x) + kAround +
             space::kTightGap;
  }
  return width;
}

std::optional<std::size_t> count_chips(const Phrasebook& say, const std::vector<CountChip>& chips) {
  std::optional<std::size_t> pressed;
  ImGui::PushID("filters");
  for (std::size_t i = 0; i < chips.size(); ++i) {
    if (i > 0) ImGui::SameLine(0, space::kTightGap);
    if (chip(say(chips[i].name), chips[i].count, chips[i].on)) pressed = i;
  }
  ImGui::PopID();
  return pressed;
}

void time_cell(const TableRow& row, int column, const AppState& state, const std::optional<Timestamp>& time,
               TextId none) {
  const Phrasebook say = state.phrasebook();
  if (!time) return table_cell(row, column, say(none), {.size = type::kDense, .colour = theme().faint});
  table_cell(row, column, relative_time(say, *time, state.wall_now, state.zone_minutes),
             {.size = type::kDense, .colour = theme().secondary}, time_and_utc(*time, state.zone_minutes));
}

}  // namespace geminate::ui
