#include <array>
#include <cmath>

#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

enum class Cell : std::uint8_t {
  State,
  Token,
  Origin,
  Requests,
  Usage,
  Budget,
  PerMinute,
  Expires,
  LastUsed,
  Menu
};

struct TokenColumn {
  Cell cell;
  TextId title;
  float width;
  float grow;
  float needs;  // the table's width below which it is left out
};

constexpr std::array<TokenColumn, 10> kColumns = {{
    {Cell::State, TextId::ColumnState, 104, 0.2F, 0},
    {Cell::Token, TextId::ColumnToken, 190, 3, 0},
    {Cell::Origin, TextId::ColumnOrigin, 100, 0, 940},
    {Cell::Requests, TextId::ColumnRequestsToday, 116, 0.2F, 680},
    {Cell::Usage, TextId::TokensToday, 128, 0.2F, 0},
    {Cell::Budget, TextId::ColumnBudget, 132, 0.2F, 800},
    {Cell::PerMinute, TextId::ColumnPerMinuteLimit, 86, 0, 1120},
    {Cell::Expires, TextId::ColumnExpires, 100, 0, 1120},
    {Cell::LastUsed, TextId::ColumnLastUsed, 100, 0.1F, 0},
    {Cell::Menu, TextId::None, 44, 0, 0},
}};

void draw_state(const TableRow& row, int column, const Text& label, Tone tone) {
  const ImVec2 size = pill_size(label);
  const ImVec2 at{row.left(column), row.middle(size.y)};
  paint_pill(at, tone, label);
  describe_text(label, at, {at.x + size.x, at.y + size.y}, Role::Cell);
}

void draw_name(const TableRow& row, int column, const ClientTokenView& token) {
  const ImVec2 at{row.left(column), row.middle(type::kDense)};
  const float room = row.width(column) - space::kGap;
  const float mark = paint_text(at, token_mark(token), {.size = type::kDense, .face = Face::Mono});
  if (token.description) {
    const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
    paint_text({at.x + mark + 10, at.y}, Text::verbatim(*token.description), quiet, room - mark - 10);
  }
  describe_text(spoken_name(token), at, {at.x + room, at.y + type::kDense}, Role::Cell);
}

void draw_origin(const TableRow& row, int column, const Text& origin) {
  const ImVec2 at{row.left(column), row.middle(22)};
  const float shown = paint_badge(at, origin, row.width(column) - space::kGap);
  describe_text(origin, at, {at.x + shown, at.y + 22}, Role::Cell);
}

/// Figures with the bar below them; without a limit the figures alone.
void draw_amount(const TableRow& row, int column, const TokenMeasure& amount) {
  const float left = row.left(column);
  const float room = row.width(column) - space::kSection;
  const Colour colour = amount.limited ? theme().text : theme().secondary;
  const float y = amount.limited ? row.min.y + 8 : row.middle(type::kLabel);
  paint_text({left, y}, amount.brief, {.size = type::kLabel, .colour = colour}, room);
  if (amount.limited) paint_bar({left, row.min.y + 29}, room, amount.share, amount.fill);
  describe_text(amount.exact, {left, row.min.y + 4}, {left + room, row.max.y - 4}, Role::Cell);
  if (ImGui::IsMouseHoveringRect({left, row.min.y}, {left + room, row.max.y}))
    tip(Text::verbatim(amount.name.str() + "  " + amount.exact.str()));
}

void draw_cell(const TableRow& row, int column, Cell cell, const AppState& state,
               const ClientTokenView& token, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  switch (cell) {
    case Cell::State: {
      const TokenLook look = look_of(state, token);
      return draw_state(row, column, say(look.name), look.tone);
    }
    case Cell::Token:
      return draw_name(row, column, token);
    case Cell::Origin:
      return draw_origin(row, column, say(state.origin_text(token.origin)));
    case Cell::Requests:
      return draw_amount(row, column, requests_today(say, token));
    case Cell::Usage:
      return draw_amount(row, column, tokens_today(say, token));
    case Cell::Budget:
      return draw_amount(row, column, budget(say, token));
    case Cell::PerMinute:
      return table_cell(
          row, column,
          token.rate_limit_per_minute ? exact_count(*token.rate_limit_per_minute) : say(TextId::Unlimited),
          quiet);
    case Cell::Expires:
      return time_cell(row, column, state, token.expires_at, TextId::NeverExpires);
    case Cell::LastUsed:
      return time_cell(row, column, state, token.last_used_at, TextId::Never);
    case Cell::Menu:
      ImGui::SetCursorScreenPos({row.left(column) + 4, row.middle(button_height({.small = true}))});
      return draw_token_menu(state, token, emit);
  }
}

struct Layout {
  std::vector<Cell> cells;
  std::vector<TableColumn> columns;
};

Layout lay_out(const Phrasebook& say, float width) {
  Layout layout;
  for (const TokenColumn& column : kColumns) {
    if (width < column.needs) continue;
    layout.cells.push_back(column.cell);
    const Text title = column.title == TextId::None ? Text() : say(column.title);
    layout.columns.push_back({title, column.width, column.grow, false, false});
  }
  return layout;
}

void draw_row(const TableRow& row, const Layout& layout, const AppState& state, const ClientTokenView& token,
              const Emit& emit) {
  ImGui::PushID(static_cast<int>(token.id));
  const Press press = table_row(row, spoken_name(token), false);
  const bool to_menu = row.focus->takes(ImGuiKey_RightArrow);
  const Within inside;
  for (std::size_t i = 0; i < layout.cells.size(); ++i) {
    draw_cell(row, static_cast<int>(i), layout.cells[i], state, token, emit);
  }
  // The last cell is the menu.
  row.focus->after_inner(row.index, to_menu, ImGuiKey_LeftArrow);
  if (press.clicked) emit(OpenToken{token.id});
  ImGui::PopID();
}

}  // namespace

Text token_mark(const ClientTokenView& token) { return Text::verbatim("…" + token.token_preview); }

Text spoken_name(const ClientTokenView& token) {
  const std::string mark = token_mark(token).str();
  return Text::verbatim(token.description ? mark + " " + *token.description : mark);
}

bool is_ours(const ClientTokenView& token) { return token.origin != Origin::Environment; }

TokenLook look_of(const AppState& state, const ClientTokenView& token) {
  switch (standing_of(token, state.wall_now)) {
    case TokenStanding::Expired:
      return {Tone::Neutral, TextId::TokenExpired};
    case TokenStanding::Disabled:
      return {Tone::Neutral, TextId::TokenDisabled};
    case TokenStanding::AtLimit:
      return {Tone::Warning, TextId::TokenAtLimit};
    case TokenStanding::Active:
      break;
  }
  return {Tone::Good, TextId::TokenActive};
}

Text last_used(const AppState& state, const ClientTokenView& token) {
  const Phrasebook say = state.phrasebook();
  if (!token.last_used_at) return say(TextId::Never);
  return relative_time(say, *token.last_used_at, state.wall_now, state.zone_minutes);
}

void draw_token_menu(const AppState& state, const ClientTokenView& token, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID("menu");
  const Text name = say(TextId::ActionsFor, {spoken_name(token).str()});
  if (icon_button(name, Icon::More, {.kind = ButtonKind::Quiet, .small = true})) open_menu("actions");
  if (Menu menu("actions", is_ours(token) ? 5 : 3); menu) {
    if (menu.item(say(TextId::Edit), Icon::Edit)) emit(OpenToken{token.id});
    if (menu.item(say(TextId::ShowItsRequests), Icon::List))
      emit(ShowRequests{"token:#" + std::to_string(token.id)});
    if (is_ours(token) && menu.item(say(TextId::RotateEllipsis), Icon::Refresh))
      emit(AskRotateToken{token.id});
    const TextId toggle = token.is_active ? TextId::Disable : TextId::Enable;
    if (menu.item(say(toggle), Icon::Power)) emit(SetTokenActive{token.id, !token.is_active});
    if (is_ours(token)) {
      menu.separator();
      if (menu.item(say(TextId::DeleteEllipsis), Icon::Trash, true)) emit(AskDeleteToken{token.id});
    }
  }
  ImGui::PopID();
}

void draw_token_table(const AppState& state, const std::vector<std::uint32_t>& shown, ImVec2 size,
                      const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Layout layout = lay_out(say, size.x);
  const TableSpec spec{.id = "tokens",
                       .name = say(TextId::TokensTitle),
                       .columns = &layout.columns,
                       .rows = static_cast<int>(shown.size())};
  data_table(spec, size, [&](const TableRow& row) {
    draw_row(row, layout, state, state.tokens.tokens[shown[static_cast<std::size_t>(row.index)]], emit);
  });
}

}  // namespace geminate::ui
