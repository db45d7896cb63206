#include <algorithm>
#include <array>
#include <cmath>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"

namespace geminate::ui {
namespace {

/// A column that may be left out where there is no room.
struct KeyTableColumn {
  enum class Cell : std::uint8_t { Select, State, Key, Project, Origin, Usage, PerMinute, LastUsed, Menu };
  Cell cell;
  TextId title;
  float width;
  float grow;
  float needs;  // the table's width below which it is left out
  std::optional<KeyColumn> sorts_by;
};
using Cell = KeyTableColumn::Cell;

constexpr float kBar = 108;

constexpr std::array<KeyTableColumn, 9> kColumns = {{
    {Cell::Select, TextId::None, 34, 0, 0, std::nullopt},
    {Cell::State, TextId::ColumnState, 136, 0.6F, 0, KeyColumn::State},
    {Cell::Key, TextId::ColumnKey, 190, 3, 0, KeyColumn::Description},
    {Cell::Project, TextId::ColumnProject, 104, 0.6F, 760, KeyColumn::Project},
    {Cell::Origin, TextId::ColumnOrigin, 84, 0.2F, 1040, KeyColumn::Origin},
    {Cell::Usage, TextId::ColumnTokensToday, 244, 0.6F, 640, KeyColumn::TokensToday},
    {Cell::PerMinute, TextId::ColumnPerMinute, 84, 0.2F, 960, KeyColumn::PerMinute},
    {Cell::LastUsed, TextId::ColumnLastUsed, 104, 0.2F, 840, KeyColumn::LastUsed},
    {Cell::Menu, TextId::None, 44, 0, 0, std::nullopt},
}};

/// The columns that fit, and what the table widget needs to know of them.
struct Layout {
  std::vector<KeyTableColumn> cells;
  std::vector<TableColumn> columns;
  int sorted_by = -1;
};

Layout lay_out(const Phrasebook& say, float width, KeyColumn sorted_by) {
  Layout layout;
  for (const KeyTableColumn& column : kColumns) {
    if (width < column.needs) continue;
    if (column.sorts_by == sorted_by) layout.sorted_by = static_cast<int>(layout.cells.size());
    layout.cells.push_back(column);
    const Text title = column.title == TextId::None ? Text() : say(column.title);
    layout.columns.push_back({title, column.width, column.grow, column.sorts_by.has_value(), false});
  }
  return layout;
}

/// The pill, and why the key is in that state when the pointer rests on it.
void draw_state(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key) {
  const StateLook look = look_of(state, key);
  const ImVec2 size = pill_size(look.label);
  const ImVec2 at{row.left(column), row.middle(size.y)};
  paint_pill(at, look.tone, look.label);
  describe_text(look.label, at, {at.x + size.x, at.y + size.y}, Role::Cell);
  if (!key.state_reason || !ImGui::IsMouseHoveringRect(at, {at.x + size.x, at.y + size.y})) return;
  tip(Text::verbatim(*key.state_reason));
}

void draw_key_name(const TableRow& row, int column, const UpstreamKeyView& key) {
  const ImVec2 at{row.left(column), row.middle(type::kDense)};
  const TextStyle mono{.size = type::kDense, .face = Face::Mono};
  const float mark = paint_text(at, key_mark(key), mono);
  const float room = row.width(column) - space::kGap;
  if (key.description) {
    const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
    paint_text({at.x + mark + 10, at.y}, Text::verbatim(*key.description), quiet, room - mark - 10);
  }
  describe_text(spoken_name(key), at, {at.x + room, at.y + type::kDense}, Role::Cell);
}

void draw_project(const TableRow& row, int column, const UpstreamKeyView& key) {
  if (!key.project || key.project->empty()) return;
  const Text name = Text::verbatim(*key.project);
  const ImVec2 at{row.left(column), row.middle(22)};
  const float width = paint_badge(at, name, row.width(column) - space::kGap);
  describe_text(name, at, {at.x + width, at.y + 22}, Role::Cell);
}

void draw_usage(const TableRow& row, int column, const Phrasebook& say, const UpstreamKeyView& key) {
  const Usage usage = usage_of(say, key);
  const float left = row.left(column);
  paint_bar({left, row.middle(6)}, kBar, usage.share, usage.fill);
  const ImVec2 at{left + kBar + 10, row.middle(type::kDense)};
  const float room = row.width(column) - kBar - 10 - space::kGap;
  const float shown = paint_text(at, usage.brief, {.size = type::kDense, .colour = theme().secondary}, room);
  describe_text(usage.exact, {left, at.y}, {at.x + shown, at.y + type::kDense}, Role::Cell);
  if (ImGui::IsMouseHoveringRect({left, row.min.y}, {at.x + shown, row.max.y})) tip(usage.exact);
}

void draw_select(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key,
                 const Emit& emit) {
  const bool on = state.keys.selected.contains(key.id);
  ImGui::SetCursorScreenPos({row.left(column) - 3, row.middle(surface().touch ? space::kFieldTouch : 24)});
  const Text name = state.phrasebook()(TextId::SelectRow, {spoken_name(key).str()});
  if (checkbox(name, on, false)) emit(SelectKey{key.id, !on, ImGui::GetIO().KeyShift});
}

void draw_cell(const TableRow& row, int column, Cell cell, const AppState& state, const UpstreamKeyView& key,
               const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  switch (cell) {
    case Cell::Select:
      return draw_select(row, column, state, key, emit);
    case Cell::State:
      return draw_state(row, column, state, key);
    case Cell::Key:
      return draw_key_name(row, column, key);
    case Cell::Project:
      return draw_project(row, column, key);
    case Cell::Origin:
      return table_cell(row, column, say(state.origin_text(key.origin)), quiet);
    case Cell::Usage:
      return draw_usage(row, column, say, key);
    case Cell::PerMinute:
      return table_cell(
          row, column,
          key.rate_limit_per_minute ? exact_count(*key.rate_limit_per_minute) : say(TextId::Unlimited),
          quiet);
    case Cell::LastUsed:
      return table_cell(row, column, last_used(state, key), quiet,
                        key.last_used_at ? exact_time(*key.last_used_at, state.zone_minutes) : Text());
    case Cell::Menu:
      ImGui::SetCursorScreenPos({row.left(column) + 4, row.middle(button_height({.small = true}))});
      return draw_key_menu(state, key, emit);
  }
}

void draw_row(const TableRow& row, const Layout& layout, const AppState& state, const Emit& emit) {
  const UpstreamKeyView& key = state.keys.keys[state.keys.shown()[static_cast<std::size_t>(row.index)]];
  ImGui::PushID(static_cast<int>(key.id));
  const Press press = table_row(row, spoken_name(key), state.keys.selected.contains(key.id));
  const Within inside;
  // Tips ask for the last item, which is the row only until the cells with widgets come.
  for (const bool widgets : {false, true}) {
    for (std::size_t i = 0; i < layout.cells.size(); ++i) {
      const Cell cell = layout.cells[i].cell;
      if ((cell == Cell::Select || cell == Cell::Menu) == widgets)
        draw_cell(row, static_cast<int>(i), cell, state, key, emit);
    }
  }
  if (press.clicked) emit(OpenKey{key.id});
  ImGui::PopID();
}

void draw_select_all(const AppState& state, ImVec2 min, const Emit& emit) {
  const std::size_t shown = state.keys.shown().size();
  const bool all = shown > 0 && state.keys.selected_shown == shown;
  ImGui::SetCursorScreenPos(
      {min.x - 3, std::round(min.y + (space::kTableHead - (surface().touch ? space::kFieldTouch : 24)) / 2)});
  if (checkbox(state.phrasebook()(TextId::SelectAll), all, false)) emit(SelectShownKeys{!all});
}

// --- cards

constexpr float kCardHeight = 106;

void draw_card_content(ImVec2 min, float width, const AppState& state, const UpstreamKeyView& key) {
  const Phrasebook say = state.phrasebook();
  const float left = min.x + 14;
  const float right = min.x + width - 14;
  const StateLook look = look_of(state, key);
  paint_pill({left, min.y + 12}, look.tone, look.label);
  float x = left + pill_size(look.label).x;
  describe_text(look.label, {left, min.y + 12}, {x, min.y + 36});
  paint_text({x + 8, min.y + 16}, key_mark(key), {.size = type::kDense, .face = Face::Mono});
  const TextStyle small{.size = type::kLabel, .colour = theme().faint};
  const Text used = last_used(state, key);
  paint_text({right - 36 - measure(used, small).x, min.y + 16}, used, small);

  const Text description =
      key.description ? Text::verbatim(*key.description) : say(state.origin_text(key.origin));
  x = left + paint_text({left, min.y + 44}, description, {.colour = theme().secondary}, width - 28 - 110);
  if (key.project) paint_badge({x + 6, min.y + 42}, Text::verbatim(*key.project), right - x - 6);
  const Usage usage = usage_of(say, key);
  const float text_width = measure(usage.brief, small).x;
  paint_bar({left, min.y + 82}, width - 28 - text_width - 12, usage.share, usage.fill);
  paint_text({right - text_width, min.y + 77}, usage.brief, small);
  describe_text(usage.exact, {left, min.y + 77}, {right, min.y + 92});
}

void draw_card(ImVec2 min, float width, const AppState& state, const UpstreamKeyView& key, const Emit& emit) {
  const ImVec2 max{min.x + width, min.y + kCardHeight};
  ImGui::PushID(static_cast<int>(key.id));
  ImGui::SetCursorScreenPos(min);
  const Press press = press_area("card", {width, kCardHeight}, true);
  describe(Role::Row, spoken_name(key)).selected = state.keys.selected.contains(key.id);
  const Within inside;
  paint_box(min, max, press.held ? theme().accent.wash : theme().surface, theme().line);
  draw_card_content(min, width, state, key);
  const float side = button_height({.small = true});
  ImGui::SetCursorScreenPos({max.x - 8 - side, min.y + 24 - side / 2});
  draw_key_menu(state, key, emit);
  if (press.clicked) emit(OpenKey{key.id});
  ImGui::PopID();
}

}  // namespace

void draw_key_table(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeysPageState& keys = state.keys;
  const Layout layout = lay_out(say, size.x, keys.layout.sort_by);
  const TableSpec spec{.id = "keys",
                       .name = say(TextId::NavKeys),
                       .columns = &layout.columns,
                       .rows = static_cast<int>(keys.shown().size()),
                       .sorted_by = layout.sorted_by,
                       .descending = keys.layout.descending};
  const int pressed = data_table(
      spec, size, [&](const TableRow& row) { draw_row(row, layout, state, emit); },
      [&](ImVec2 min, float) { draw_select_all(state, min, emit); });
  if (pressed >= 0) emit(SortKeys{*layout.cells[static_cast<std::size_t>(pressed)].sorts_by});
}

void draw_key_cards(const AppState& state, float width, const Emit& emit) {
  const std::vector<std::uint32_t>& shown = state.keys.shown();
  constexpr float kStep = kCardHeight + space::kTightGap;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(shown.size()), kStep);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const UpstreamKeyView& key = state.keys.keys[shown[static_cast<std::size_t>(i)]];
      draw_card({top.x, top.y + kStep * static_cast<float>(i)}, width, state, key, emit);
    }
  }
  clipper.End();
  // Room below the last card, so that the round button hides nothing.
  ImGui::SetCursorScreenPos({top.x, top.y + kStep * static_cast<float>(shown.size())});
  ImGui::Dummy({0, 80});
}

}  // namespace geminate::ui
