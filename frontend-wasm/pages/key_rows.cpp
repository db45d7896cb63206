#include <algorithm>
#include <cmath>

#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/pages/key_glance.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/text/server_words.h"
#include "frontend-wasm/widgets/data_table.h"

namespace geminate::ui {
namespace {

constexpr float kBar = 80;

/// One place in a row: a column, or what stands at its edges.
struct Cell {
  enum class Kind : std::uint8_t { Select, Column, Menu };
  Kind kind = Kind::Column;
  KeyColumn column{};
};

/// The columns that fit, and what the table widget needs to know of them.
struct Layout {
  std::vector<Cell> cells;
  std::vector<TableColumn> columns;
  int sorted_by = -1;
};

Layout lay_out(const AppState& state, float width) {
  constexpr float kSelect = 34, kMenu = 44, kMargins = 24;
  const Phrasebook say = state.phrasebook();
  const KeyTableLayout& wanted = state.keys.layout;
  Layout layout;
  layout.cells.push_back({Cell::Kind::Select, {}});
  layout.columns.push_back({.width = kSelect});
  for (const KeyColumn column : columns_that_fit(wanted, width - kSelect - kMenu - kMargins)) {
    const KeyColumnSpec& spec = spec_of(column);
    const float own = wanted.of(column).width;
    if (column == wanted.sort_by) layout.sorted_by = static_cast<int>(layout.cells.size());
    layout.cells.push_back({Cell::Kind::Column, column});
    layout.columns.push_back({.title = say(spec.title),
                              .width = own > 0 ? own : spec.width,
                              .grow = own > 0 ? 0 : spec.grow,
                              .sortable = column != KeyColumn::Requests,
                              .resizable = true});
  }
  layout.cells.push_back({Cell::Kind::Menu, {}});
  layout.columns.push_back({.width = kMenu});
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
  tip(server_words(state.phrasebook(), *key.state_reason));
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

void draw_column(const TableRow& row, int at, KeyColumn column, const AppState& state,
                 const UpstreamKeyView& key) {
  const Phrasebook say = state.phrasebook();
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  const auto plain = [&](const Text& content) { table_cell(row, at, content, quiet); };
  switch (column) {
    case KeyColumn::State:
      return draw_state(row, at, state, key);
    case KeyColumn::Description:
      return draw_key_name(row, at, key);
    case KeyColumn::Project:
      return draw_project(row, at, key);
    case KeyColumn::Tags:
      return plain(Text::verbatim(tags_text(key.tags)));
    case KeyColumn::Origin:
      return plain(say(state.origin_text(key.origin)));
    case KeyColumn::TokensToday:
      return draw_usage(row, at, say, key);
    case KeyColumn::Quotas:
      return draw_quota_cell(row, at, state, key);
    case KeyColumn::Requests:
      return draw_requests_cell(row, at, state, key);
    case KeyColumn::LastError:
      return draw_error_cell(row, at, state, key);
    case KeyColumn::PerMinute:
      return plain(key.rate_limit_per_minute ? exact_count(*key.rate_limit_per_minute)
                                             : say(TextId::Unlimited));
    case KeyColumn::LastUsed:
      return time_cell(row, at, state, key.last_used_at, TextId::Never);
    case KeyColumn::Expires:
      return time_cell(row, at, state, key.expires_at, TextId::NeverExpires);
    case KeyColumn::Owner:
      return plain(Text::verbatim(key.user_id.value_or("")));
    case KeyColumn::Priority:
      return plain(Text::verbatim(std::to_string(key.priority)));
    case KeyColumn::Weight:
      return plain(Text::verbatim(std::to_string(key.weight)));
    case KeyColumn::Created:
      return time_cell(row, at, state, key.created_at, TextId::None);
    case KeyColumn::Fingerprint:
      return plain(Text::verbatim(key.fingerprint));
  }
}

/// The rows that are drawn, for what is asked for while they are in sight.
class RowsInSight {
 public:
  void add(KeyId id) { ids_.push_back(id); }
  void tell(const AppState& state, const Emit& emit) {
    std::sort(ids_.begin(), ids_.end());
    if (ids_ != state.keys.glances.in_sight) emit(SeeKeys{std::move(ids_)});
  }

 private:
  std::vector<KeyId> ids_;
};

/// With the keyboard on the row, Space or X selects it, and with Shift all from the last one on. Shift and a
/// key that moves take along what lies between, or give it back on the way back.
void take_row_keys(const TableRow& row, const AppState& state, const UpstreamKeyView& key, const Emit& emit) {
  const bool shift = ImGui::GetIO().KeyShift;
  const bool selected = state.keys.selected.contains(key.id);
  const bool space = row.focus->takes(ImGuiKey_Space);
  if (row.focus->takes(ImGuiKey_X) || space) emit(SelectKey{key.id, !selected, shift});
  const int to = row.focus->moved_to();
  if (!shift || to < 0 || to == row.index) return;
  const UpstreamKeyView& next = state.keys.keys[state.keys.shown()[static_cast<std::size_t>(to)]];
  const bool back = selected && std::abs(to - row.index) == 1 && state.keys.selected.contains(next.id);
  emit(SelectKey{key.id, !back, false});
  if (!back) emit(SelectKey{next.id, true, true});
}

KeyId draw_row(const TableRow& row, const Layout& layout, const AppState& state, const Emit& emit) {
  const UpstreamKeyView& key = state.keys.keys[state.keys.shown()[static_cast<std::size_t>(row.index)]];
  ImGui::PushID(static_cast<int>(key.id));
  const Press press = table_row(row, spoken_name(key), state.keys.selected.contains(key.id));
  take_row_keys(row, state, key, emit);
  const bool to_select = row.focus->takes(ImGuiKey_LeftArrow);
  const bool to_menu = row.focus->takes(ImGuiKey_RightArrow);
  const Within inside;
  // Tips ask for the last item, which is the row only until the cells with widgets come.
  for (std::size_t i = 0; i < layout.cells.size(); ++i) {
    if (layout.cells[i].kind == Cell::Kind::Column)
      draw_column(row, static_cast<int>(i), layout.cells[i].column, state, key);
  }
  draw_select(row, 0, state, key, emit);
  row.focus->after_inner(row.index, to_select, ImGuiKey_RightArrow);
  const int last = static_cast<int>(layout.cells.size()) - 1;
  ImGui::SetCursorScreenPos({row.left(last) + 4, row.middle(button_height({.small = true}))});
  draw_key_menu(state, key, emit);
  row.focus->after_inner(row.index, to_menu, ImGuiKey_LeftArrow);
  if (press.clicked) emit(OpenKey{key.id});
  ImGui::PopID();
  return key.id;
}

void draw_select_all(const AppState& state, ImVec2 min, const Emit& emit) {
  const std::size_t shown = state.keys.shown().size();
  const bool all = shown > 0 && state.keys.selected_shown == shown;
  ImGui::SetCursorScreenPos(
      {min.x - 3, std::round(min.y + (space::kTableHead - (surface().touch ? space::kFieldTouch : 24)) / 2)});
  if (checkbox(state.phrasebook()(TextId::SelectAll), all, false)) emit(SelectShownKeys{!all});
}

// --- cards

constexpr float kCardHeight = 134;

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
  draw_card_glance({left, min.y + 98}, right - left, state, key);
}

void draw_card(ImVec2 min, float width, int index, const AppState& state, const UpstreamKeyView& key,
               const Emit& emit) {
  const ImVec2 max{min.x + width, min.y + kCardHeight};
  ImGui::PushID(static_cast<int>(key.id));
  ImGui::SetCursorScreenPos(min);
  const Press press = press_area("card", {width, kCardHeight}, true);
  const bool selected = state.keys.selected.contains(key.id);
  SemanticNode& node = describe(Role::Row, spoken_name(key));
  node.selected = selected;
  node.row_index = index + 1;
  const Within inside;
  paint_box(min, max, press.held || selected ? theme().accent.wash : theme().surface,
            selected ? theme().accent.fill : theme().line);
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
  const Layout layout = lay_out(state, size.x);
  const auto column_at = [&layout](int at) { return layout.cells[static_cast<std::size_t>(at)].column; };
  const TableSpec spec{.id = "keys",
                       .name = say(TextId::NavKeys),
                       .columns = &layout.columns,
                       .rows = static_cast<int>(keys.shown().size()),
                       .sorted_by = layout.sorted_by,
                       .descending = keys.layout.descending,
                       .resize = [&](int at, float width, bool settled) {
                         emit(ResizeKeyColumn{column_at(at), width, settled});
                       }};
  RowsInSight in_sight;
  const int pressed = data_table(
      spec, size, [&](const TableRow& row) { in_sight.add(draw_row(row, layout, state, emit)); },
      [&](ImVec2 min, float) { draw_select_all(state, min, emit); });
  in_sight.tell(state, emit);
  if (pressed >= 0) emit(SortKeys{column_at(pressed)});
}

void draw_key_cards(const AppState& state, float width, const Emit& emit) {
  const std::vector<std::uint32_t>& shown = state.keys.shown();
  constexpr float kStep = kCardHeight + space::kTightGap;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  RowsInSight in_sight;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(shown.size()), kStep);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const UpstreamKeyView& key = state.keys.keys[shown[static_cast<std::size_t>(i)]];
      draw_card({top.x, top.y + kStep * static_cast<float>(i)}, width, i, state, key, emit);
      in_sight.add(key.id);
    }
  }
  clipper.End();
  in_sight.tell(state, emit);
  // Room below the last card, so that the round button hides nothing.
  ImGui::SetCursorScreenPos({top.x, top.y + kStep * static_cast<float>(shown.size())});
  ImGui::Dummy({0, 80});
}

}  // namespace geminate::ui
