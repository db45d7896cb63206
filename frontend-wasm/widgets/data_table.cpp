#include "frontend-wasm/widgets/data_table.h"

#include <algorithm>
#include <cmath>

#include "imgui_internal.h"

namespace geminate::ui {
namespace {

std::vector<ColumnPlace> place_columns(const std::vector<TableColumn>& columns, float left, float width) {
  float fixed = 0;
  float shares = 0;
  for (const TableColumn& column : columns) {
    fixed += column.width;
    shares += column.grow;
  }
  const float spare = std::max(0.0F, width - fixed);
  std::vector<ColumnPlace> places;
  places.reserve(columns.size());
  for (const TableColumn& column : columns) {
    const float own = column.width + (shares > 0 ? std::floor(spare * column.grow / shares) : 0);
    places.push_back({left, own});
    left += own;
  }
  return places;
}

/// What the keyboard does in a table's head.
struct HeadKeys {
  /// What is gone to from the first row; 0: nothing can be.
  ImGuiID first = 0;
  /// The head is left for the rows.
  bool down = false;

  void take_last_item() {
    if (first == 0) first = ImGui::GetItemID();
    down = last_item_takes(ImGuiKey_DownArrow) || down;
  }
};

/// Returns true when pressed.
bool draw_head(const TableColumn& column, ColumnPlace place, float top, bool sorts, bool descending,
               HeadKeys& keys) {
  const float room = place.width - space::kGap;
  const TextStyle style{.size = type::kLabel, .colour = sorts ? theme().text : theme().secondary};
  const float shown = std::min(measure(column.title, style).x, room - (column.sortable ? 14 : 0));
  const float y = std::round(top + (space::kTableHead - type::kLabel) / 2);
  const float x = column.right ? place.left + room - shown : place.left;
  bool pressed = false;
  if (column.sortable && !column.title.empty()) {
    ImGui::SetCursorScreenPos({place.left, top + 4});
    const Press press = press_area(column.title.c_str(), {room, space::kTableHead - 8});
    SemanticNode& node = describe(Role::Columnheader, column.title);
    node.sort = !sorts ? "none" : descending ? "descending" : "ascending";
    pressed = press.clicked;
    keys.take_last_item();
    if (press.hovered && !sorts)
      paint_icon(Icon::ChevronDown, {x + shown + 9, y + type::kLabel / 2}, 11, theme().faint);
  } else if (!column.title.empty()) {
    describe_text(column.title, {x, y}, {x + shown, y + type::kLabel}, Role::Columnheader);
  }
  paint_text({x, y}, column.title, style, shown + 1);
  if (sorts) {
    paint_icon(descending ? Icon::ChevronDown : Icon::ChevronUp, {x + shown + 9, y + type::kLabel / 2}, 11,
               theme().text);
  }
  return pressed;
}

/// The edge at the right of a column's head, to be dragged.
void draw_edge(const TableSpec& spec, int column, ColumnPlace place, float top) {
  constexpr float kReach = 9;
  const float edge = place.left + place.width - space::kGap / 2;
  ImGui::PushID(column);
  ImGui::SetCursorScreenPos({edge - kReach / 2, top + 4});
  ImGui::InvisibleButton("##edge", {kReach, space::kTableHead - 8});
  float* begun_at = ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID("width"), 0);
  if (ImGui::IsItemActivated()) *begun_at = place.width;
  const float dragged = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0).x;
  const bool active = ImGui::IsItemActive();
  if (active || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    const Colour colour = active ? theme().accent.fill : theme().line;
    ImGui::GetWindowDrawList()->AddLine({edge, top + 8}, {edge, top + space::kTableHead - 8}, colour, 2);
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    spec.resize(column, 0, true);
  } else if (active && dragged != 0) {
    spec.resize(column, *begun_at + dragged, false);
  } else if (ImGui::IsItemDeactivated() && place.width != *begun_at) {
    spec.resize(column, place.width, true);
  }
  ImGui::PopID();
}

int draw_heads(const TableSpec& spec, const std::vector<ColumnPlace>& places, float top, HeadKeys& keys) {
  int pressed = -1;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const int column = static_cast<int>(i);
    if (draw_head((*spec.columns)[i], places[i], top, spec.sorted_by == column, spec.descending, keys))
      pressed = column;
    if (spec.resize && (*spec.columns)[i].resizable) draw_edge(spec, column, places[i], top);
  }
  return pressed;
}

void draw_rows(const TableSpec& spec, const std::vector<ColumnPlace>& places, float left, float right,
               const HeadKeys& head, const std::function<void(const TableRow&)>& draw_row) {
  const float top = ImGui::GetCursorScreenPos().y;
  RowFocus focus(spec.rows, spec.row_height, head.first);
  if (head.down) focus.go_to_current();
  ImGuiListClipper clipper;
  clipper.Begin(spec.rows, spec.row_height);
  focus.include_in(clipper);
  while (clipper.Step()) {
    for (int index = clipper.DisplayStart; index < clipper.DisplayEnd; ++index) {
      const float y = top + spec.row_height * static_cast<float>(index);
      draw_row({index, {left, y}, {right, y + spec.row_height}, &places, &focus});
    }
  }
  clipper.End();
  ImGui::SetCursorScreenPos({left, top + spec.row_height * static_cast<float>(spec.rows)});
  ImGui::Dummy({0, 0});
}

}  // namespace

float TableRow::middle(float height) const { return std::round((min.y + max.y - height) / 2); }

int data_table(const TableSpec& spec, ImVec2 size, const std::function<void(const TableRow&)>& draw_row,
               const std::function<void(ImVec2 min, float width)>& draw_first_head) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  paint_box(min, max, theme().surface, theme().line);
  SemanticNode& node = describe_text(spec.name, min, max, Role::Table);
  node.row_count = spec.rows;
  const Within inside(node);
  const auto places = place_columns(*spec.columns, min.x + space::kGap, size.x - space::kGap - 10);
  const float body_top = min.y + space::kTableHead;
  HeadKeys keys;
  ImGui::PushID(spec.id);
  // Heads and what stands in rows are gone to by the arrows.
  ImGui::PushItemFlag(ImGuiItemFlags_NoTabStop, true);
  const int pressed = draw_heads(spec, places, min.y, keys);
  if (draw_first_head) {
    draw_first_head({places[0].left, min.y}, places[0].width);
    keys.take_last_item();
  }
  ImGui::GetWindowDrawList()->AddLine({min.x + 1, body_top}, {max.x - 1, body_top}, theme().line);
  ImGui::SetCursorScreenPos({min.x + 1, body_top + 1});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::BeginChild("rows", {size.x - 2, size.y - space::kTableHead - 2}, ImGuiChildFlags_NavFlattened);
  draw_rows(spec, places, min.x + 1, max.x - 1, keys, draw_row);
  ImGui::EndChild();
  ImGui::PopStyleVar();
  ImGui::PopItemFlag();
  ImGui::PopID();
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy(size);
  return pressed;
}

Press table_row(const TableRow& row, const Text& name, bool selected) {
  ImGui::SetCursorScreenPos(row.min);
  row.focus->begin_row(row.index);
  const Press press = press_area("row", {row.max.x - row.min.x, row.max.y - row.min.y}, true);
  row.focus->end_row(row.index);
  SemanticNode& node = describe(Role::Row, name);
  node.selected = selected;
  node.row_index = row.index + 1;
  if (selected) paint_box(row.min, row.max, theme().accent.wash, 0, 0);
  if (press.hovered && !selected) paint_box(row.min, row.max, theme().hover, 0, 0);
  ImGui::GetWindowDrawList()->AddLine({row.min.x, row.max.y - 1}, {row.max.x, row.max.y - 1},
                                      theme().row_line);
  return press;
}

void table_cell(const TableRow& row, int column, const Text& content, const TextStyle& style,
                const Text& exact) {
  const ImVec2 at{row.left(column), row.middle(style.size)};
  const float room = row.width(column) - space::kGap;
  const float shown = paint_text(at, content, style, room);
  describe_text(content, at, {at.x + shown, at.y + style.size}, Role::Cell);
  const bool says_more = !exact.empty() && exact.str() != content.str();
  if (says_more && ImGui::IsMouseHoveringRect(at, {at.x + shown, at.y + style.size})) tip(exact);
}

}  // namespace geminate::ui
