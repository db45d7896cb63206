#include <array>
#include <cmath>

#include "frontend-wasm/pages/request_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"

namespace geminate::ui {
namespace {

enum class Cell : std::uint8_t { Time, Status, Model, Token, Key, Took, FirstByte, Tokens, Tries, Cost };

struct RequestColumn {
  Cell cell;
  TextId title;
  float width;
  float grow;
  float needs;  // the table's width below which it is left out
  bool right;
};

constexpr std::array<RequestColumn, 10> kColumns = {{
    {Cell::Time, TextId::ColumnTime, 100, 0.2F, 0, false},
    {Cell::Status, TextId::ColumnStatus, 84, 0.2F, 0, false},
    {Cell::Model, TextId::ColumnModel, 150, 1.6F, 0, false},
    {Cell::Token, TextId::ColumnClient, 110, 1, 780, false},
    {Cell::Key, TextId::ColumnServedBy, 120, 1, 0, false},
    {Cell::Took, TextId::ColumnDuration, 88, 0.2F, 0, true},
    {Cell::FirstByte, TextId::ColumnFirstByte, 88, 0.2F, 1000, true},
    {Cell::Tokens, TextId::ColumnTokensInOut, 130, 0.2F, 900, true},
    {Cell::Tries, TextId::ColumnTries, 64, 0, 1060, true},
    {Cell::Cost, TextId::ColumnCost, 92, 0.1F, 700, true},
}};

struct Layout {
  std::vector<Cell> cells;
  std::vector<TableColumn> columns;
};

Layout lay_out(const Phrasebook& say, float width) {
  Layout layout;
  for (const RequestColumn& column : kColumns) {
    if (width < column.needs) continue;
    layout.cells.push_back(column.cell);
    layout.columns.push_back({say(column.title), column.width, column.grow, false, column.right});
  }
  return layout;
}

Text first_byte_text(const Phrasebook& say, const RequestView& request) {
  return request.first_byte_ms ? duration_text(say, *request.first_byte_ms) : Text::verbatim("–");
}

Text cell_text(Cell cell, const AppState& state, const RequestView& request) {
  const Phrasebook say = state.phrasebook();
  switch (cell) {
    case Cell::Time:
      return ended_text(state, request.ended_at);
    case Cell::Status:
      return Text::verbatim(std::to_string(request.status));
    case Cell::Model:
      return request.model.empty() ? route_name(say, request.route) : Text::verbatim(request.model);
    case Cell::Token:
      return token_name(state, request.token_id);
    case Cell::Key:
      return key_name(state, request.key_id);
    case Cell::Took:
      return duration_text(say, request.duration_ms);
    case Cell::FirstByte:
      return first_byte_text(say, request);
    case Cell::Tokens:
      return tokens_text(request);
    case Cell::Tries:
      return Text::verbatim(std::to_string(request.attempts_made));
    case Cell::Cost:
      break;
  }
  return request.cost_usd ? dollars(*request.cost_usd) : Text::verbatim("–");
}

void draw_status(const TableRow& row, int column, const AppState& state, const RequestView& request) {
  const Text label = Text::verbatim(std::to_string(request.status));
  const ImVec2 size = pill_size(label);
  const ImVec2 at{row.left(column), row.middle(size.y)};
  paint_pill(at, tone_of(request), label);
  describe_text(label, at, {at.x + size.x, at.y + size.y}, Role::Cell);
  if (ImGui::IsMouseHoveringRect(at, {at.x + size.x, at.y + size.y}))
    tip(outcome_name(state.phrasebook(), request.outcome));
}

/// Figures stand at their column's right edge.
void draw_figure(const TableRow& row, int column, const Text& content, const TextStyle& style) {
  const float room = row.width(column) - space::kGap;
  const float width = std::min(measure(content, style).x, room);
  const ImVec2 at{row.left(column) + room - width, row.middle(style.size)};
  paint_text(at, content, style, room);
  describe_text(content, at, {at.x + width, at.y + style.size}, Role::Cell);
}

void draw_cell(const TableRow& row, int column, const Layout& layout, const AppState& state,
               const RequestView& request) {
  const Cell cell = layout.cells[static_cast<std::size_t>(column)];
  if (cell == Cell::Status) return draw_status(row, column, state, request);
  const bool loud = cell == Cell::Model || (cell == Cell::Tries && request.attempts_made > 1);
  const TextStyle style{.size = type::kDense, .colour = loud ? theme().text : theme().secondary};
  const Text content = cell_text(cell, state, request);
  if (layout.columns[static_cast<std::size_t>(column)].right) return draw_figure(row, column, content, style);
  const Text exact = cell == Cell::Time ? time_and_utc(request.ended_at, state.zone_minutes) : Text();
  table_cell(row, column, content, style, exact);
}

void draw_row(const TableRow& row, const Layout& layout, const AppState& state, const Emit& emit) {
  const RequestView& request = state.requests.rows[static_cast<std::size_t>(row.index)];
  ImGui::PushID(request.request_id.c_str());
  const Press press =
      table_row(row, spoken_name(state, request), state.requests.open_id == request.request_id);
  const Within inside;
  for (std::size_t i = 0; i < layout.cells.size(); ++i)
    draw_cell(row, static_cast<int>(i), layout, state, request);
  if (press.clicked) emit(OpenRequest{request.request_id});
  ImGui::PopID();
}

/// The end is near: what is behind it is asked for before somebody gets there.
void ask_when_near(const AppState& state, int index, const Emit& emit) {
  const RequestsPageState& page = state.requests;
  if (page.next_cursor && !page.asking_older && index + 20 >= static_cast<int>(page.rows.size()))
    emit(LoadOlderRequests{});
}

/// Rows that came in above push the others down; whoever reads further below stays where they are.
void keep_place(const AppState& state, float row_height) {
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  const ImGuiID own = ImGui::GetID("prepended");
  const int before = storage.GetInt(own, 0);
  const int now = static_cast<int>(state.requests.prepended);
  storage.SetInt(own, now);
  const float scroll = ImGui::GetScrollY();
  if (now > before && before > 0 && scroll > 0)
    ImGui::SetScrollY(scroll + row_height * static_cast<float>(now - before));
}

constexpr float kCardHeight = 84;

void draw_card_content(ImVec2 min, float width, const AppState& state, const RequestView& request) {
  const Phrasebook say = state.phrasebook();
  const float left = min.x + 14;
  const float right = min.x + width - 14;
  const Text status = Text::verbatim(std::to_string(request.status));
  paint_pill({left, min.y + 12}, tone_of(request), status);
  const float model_left = left + pill_size(status).x + 10;
  const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
  const Text time = ended_text(state, request.ended_at);
  const float time_left = right - measure(time, small).x;
  paint_text({time_left, min.y + 16}, time, small);
  paint_text({model_left, min.y + 15}, cell_text(Cell::Model, state, request), {.size = type::kDense},
             time_left - model_left - space::kTightGap);
  const Text took = duration_text(say, request.duration_ms);
  const Text tokens = tokens_text(request);
  const Text figures = Text::verbatim(took.str() + " · " + tokens.str());
  const float figures_left = right - measure(figures, small).x;
  paint_text({figures_left, min.y + 51}, figures, small);
  paint_text({left, min.y + 51}, key_name(state, request.key_id), small, figures_left - left - space::kGap);
  describe_text(figures, {figures_left, min.y + 51}, {right, min.y + 66});
}

void draw_card(ImVec2 min, float width, const AppState& state, const RequestView& request, const Emit& emit) {
  ImGui::PushID(request.request_id.c_str());
  ImGui::SetCursorScreenPos(min);
  const Press press = press_area("card", {width, kCardHeight});
  describe(Role::Row, spoken_name(state, request));
  const Within inside;
  paint_box(min, {min.x + width, min.y + kCardHeight}, press.held ? theme().accent.wash : theme().surface,
            theme().line);
  draw_card_content(min, width, state, request);
  if (press.clicked) emit(OpenRequest{request.request_id});
  ImGui::PopID();
}

}  // namespace

void draw_request_table(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Layout layout = lay_out(say, size.x);
  const TableSpec spec{.id = "requests",
                       .name = say(TextId::RequestsTitle),
                       .columns = &layout.columns,
                       .rows = static_cast<int>(state.requests.rows.size())};
  bool placed = false;
  int last = 0;
  data_table(spec, size, [&](const TableRow& row) {
    if (!placed) keep_place(state, space::kRow);
    placed = true;
    last = std::max(last, row.index);
    draw_row(row, layout, state, emit);
  });
  ask_when_near(state, last, emit);
}

void draw_request_cards(const AppState& state, float width, const Emit& emit) {
  const auto count = static_cast<int>(state.requests.rows.size());
  constexpr float kStep = kCardHeight + space::kTightGap;
  keep_place(state, kStep);
  const ImVec2 top = ImGui::GetCursorScreenPos();
  int last = 0;
  ImGuiListClipper clipper;
  clipper.Begin(count, kStep);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const RequestView& request = state.requests.rows[static_cast<std::size_t>(i)];
      draw_card({top.x, top.y + kStep * static_cast<float>(i)}, width, state, request, emit);
      last = i;
    }
  }
  clipper.End();
  ask_when_near(state, last, emit);
  ImGui::SetCursorScreenPos({top.x, top.y + kStep * static_cast<float>(count)});
  ImGui::Dummy({0, space::kSection});
}

}  // namespace geminate::ui
