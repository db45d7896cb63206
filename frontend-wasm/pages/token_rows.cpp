#include <array>
#include <cmath>

#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

enum class Cell : std::uint8_t { State, Token, Origin, Requests, Usage, PerMinute, Expires, LastUsed, Menu };

struct TokenColumn {
  Cell cell;
  TextId title;
  float width;
  float grow;
  float needs;  // the table's width below which it is left out
};

constexpr std::array<TokenColumn, 9> kColumns = {{
    {Cell::State, TextId::ColumnState, 104, 0.3F, 0},
    {Cell::Token, TextId::ColumnToken, 190, 3, 0},
    {Cell::Origin, TextId::ColumnOrigin, 92, 0.3F, 760},
    {Cell::Requests, TextId::ColumnRequestsToday, 92, 0.3F, 900},
    {Cell::Usage, TextId::ColumnTokensUsedToday, 160, 0.4F, 640},
    {Cell::PerMinute, TextId::ColumnPerMinuteLimit, 92, 0.3F, 980},
    {Cell::Expires, TextId::ColumnExpires, 132, 0.3F, 1080},
    {Cell::LastUsed, TextId::ColumnLastUsed, 104, 0.3F, 0},
    {Cell::Menu, TextId::None, 44, 0, 0},
}};

struct StateLook {
  Tone tone;
  TextId name;
};

StateLook look_of(const AppState& state, const ClientTokenView& token) {
  if (token.expires_at && *token.expires_at <= state.wall_now) return {Tone::Neutral, TextId::TokenExpired};
  if (!token.is_active) return {Tone::Neutral, TextId::TokenDisabled};
  return {Tone::Good, TextId::TokenActive};
}

Text mark_of(const ClientTokenView& token) { return Text::verbatim("…" + token.token_preview); }

Text last_used(const AppState& state, const ClientTokenView& token) {
  const Phrasebook say = state.phrasebook();
  if (!token.last_used_at) return say(TextId::Never);
  return relative_time(say, *token.last_used_at, state.wall_now, state.zone_minutes);
}

/// "1.2 万 / 60 万", by the given way to write a count.
template <class Write>
Text usage_text(const Phrasebook& say, const ClientTokenView& token, Write write) {
  const std::string limit =
      token.max_tokens_per_day ? write(*token.max_tokens_per_day).str() : say(TextId::Unlimited).str();
  return say(TextId::UsedOfLimit, {write(token.tokens_used_today).str(), limit});
}
Text brief_usage(const Phrasebook& say, const ClientTokenView& token) {
  return usage_text(say, token, [&say](std::int64_t count) { return short_count(say, count); });
}
Text exact_usage(const Phrasebook& say, const ClientTokenView& token) {
  return usage_text(say, token, exact_count);
}

void draw_menu(const AppState& state, const ClientTokenView& token, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID("menu");
  const Text name = say(TextId::ActionsFor, {spoken_name(token).str()});
  const ButtonStyle style{.kind = ButtonKind::Quiet, .disabled = !can_change(token), .small = true};
  if (icon_button(name, Icon::More, style)) open_menu("actions");
  if (!can_change(token)) tip(say(TextId::TokenFromEnvironment));
  if (Menu menu("actions", 3); menu) {
    if (menu.item(say(TextId::Edit), Icon::Edit)) emit(OpenToken{token.id});
    const TextId toggle = token.is_active ? TextId::Disable : TextId::Enable;
    if (menu.item(say(toggle), Icon::Power)) emit(SetTokenActive{token.id, !token.is_active});
    menu.separator();
    if (menu.item(say(TextId::DeleteEllipsis), Icon::Trash, true)) emit(AskDeleteToken{token.id});
  }
  ImGui::PopID();
}

void draw_state(const TableRow& row, int column, const Text& label, Tone tone) {
  const ImVec2 size = pill_size(label);
  const ImVec2 at{row.left(column), row.middle(size.y)};
  paint_pill(at, tone, label);
  describe_text(label, at, {at.x + size.x, at.y + size.y}, Role::Cell);
}

void draw_name(const TableRow& row, int column, const ClientTokenView& token) {
  const ImVec2 at{row.left(column), row.middle(type::kDense)};
  const float room = row.width(column) - space::kGap;
  const float mark = paint_text(at, mark_of(token), {.size = type::kDense, .face = Face::Mono});
  if (token.description) {
    const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
    paint_text({at.x + mark + 10, at.y}, Text::verbatim(*token.description), quiet, room - mark - 10);
  }
  describe_text(spoken_name(token), at, {at.x + room, at.y + type::kDense}, Role::Cell);
}

void draw_cell(const TableRow& row, int column, Cell cell, const AppState& state,
               const ClientTokenView& token, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  switch (cell) {
    case Cell::State: {
      const StateLook look = look_of(state, token);
      return draw_state(row, column, say(look.name), look.tone);
    }
    case Cell::Token:
      return draw_name(row, column, token);
    case Cell::Origin:
      return table_cell(row, column, say(state.origin_text(token.origin)), quiet);
    case Cell::Requests:
      return table_cell(row, column, short_count(say, token.requests_today), quiet,
                        exact_count(token.requests_today));
    case Cell::Usage:
      return table_cell(row, column, brief_usage(say, token), quiet, exact_usage(say, token));
    case Cell::PerMinute:
      return table_cell(
          row, column,
          token.rate_limit_per_minute ? exact_count(*token.rate_limit_per_minute) : say(TextId::Unlimited),
          quiet);
    case Cell::Expires:
      return table_cell(
          row, column,
          token.expires_at ? minute_time(*token.expires_at, state.zone_minutes) : say(TextId::NeverExpires),
          quiet);
    case Cell::LastUsed:
      return table_cell(row, column, last_used(state, token), quiet,
                        token.last_used_at ? time_and_utc(*token.last_used_at, state.zone_minutes) : Text());
    case Cell::Menu:
      ImGui::SetCursorScreenPos({row.left(column) + 4, row.middle(button_height({.small = true}))});
      return draw_menu(state, token, emit);
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

void draw_row(const TableRow& row, const Layout& layout, const AppState& state, const Emit& emit) {
  const ClientTokenView& token = state.tokens.tokens[static_cast<std::size_t>(row.index)];
  ImGui::PushID(static_cast<int>(token.id));
  const Press press = table_row(row, spoken_name(token), false);
  const Within inside;
  for (std::size_t i = 0; i < layout.cells.size(); ++i) {
    draw_cell(row, static_cast<int>(i), layout.cells[i], state, token, emit);
  }
  if (press.clicked && can_change(token)) emit(OpenToken{token.id});
  ImGui::PopID();
}

constexpr float kCardHeight = 92;

void draw_card_content(ImVec2 min, float width, const AppState& state, const ClientTokenView& token) {
  const Phrasebook say = state.phrasebook();
  const float left = min.x + 14;
  const float right = min.x + width - 14;
  const StateLook look = look_of(state, token);
  const Text label = say(look.name);
  paint_pill({left, min.y + 12}, look.tone, label);
  const float pill_right = left + pill_size(label).x;
  describe_text(label, {left, min.y + 12}, {pill_right, min.y + 36});
  paint_text({pill_right + 8, min.y + 16}, mark_of(token), {.size = type::kDense, .face = Face::Mono});
  const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
  const Text used = last_used(state, token);
  paint_text({right - 36 - measure(used, small).x, min.y + 16}, used, small);
  const Text description =
      token.description ? Text::verbatim(*token.description) : say(state.origin_text(token.origin));
  const Text usage = brief_usage(say, token);
  const float usage_width = measure(usage, small).x;
  paint_text({left, min.y + 55}, description, {.colour = theme().secondary},
             right - left - usage_width - space::kGap);
  paint_text({right - usage_width, min.y + 56}, usage, small);
  describe_text(exact_usage(say, token), {right - usage_width, min.y + 56}, {right, min.y + 72});
}

void draw_card(ImVec2 min, float width, const AppState& state, const ClientTokenView& token,
               const Emit& emit) {
  const ImVec2 max{min.x + width, min.y + kCardHeight};
  ImGui::PushID(static_cast<int>(token.id));
  ImGui::SetCursorScreenPos(min);
  const Press press = press_area("card", {width, kCardHeight}, true);
  describe(Role::Row, spoken_name(token));
  const Within inside;
  paint_box(min, max, press.held ? theme().accent.wash : theme().surface, theme().line);
  draw_card_content(min, width, state, token);
  const float side = button_height({.small = true});
  ImGui::SetCursorScreenPos({max.x - 8 - side, min.y + 24 - side / 2});
  draw_menu(state, token, emit);
  if (press.clicked && can_change(token)) emit(OpenToken{token.id});
  ImGui::PopID();
}

}  // namespace

Text spoken_name(const ClientTokenView& token) {
  const std::string mark = mark_of(token).str();
  return Text::verbatim(token.description ? mark + " " + *token.description : mark);
}

bool can_change(const ClientTokenView& token) { return token.origin != Origin::Environment; }

void draw_token_table(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Layout layout = lay_out(say, size.x);
  const TableSpec spec{.id = "tokens",
                       .name = say(TextId::TokensTitle),
                       .columns = &layout.columns,
                       .rows = static_cast<int>(state.tokens.tokens.size())};
  data_table(spec, size, [&](const TableRow& row) { draw_row(row, layout, state, emit); });
}

void draw_token_cards(const AppState& state, float width, const Emit& emit) {
  constexpr float kStep = kCardHeight + space::kTightGap;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(state.tokens.tokens.size()), kStep);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const ClientTokenView& token = state.tokens.tokens[static_cast<std::size_t>(i)];
      draw_card({top.x, top.y + kStep * static_cast<float>(i)}, width, state, token, emit);
    }
  }
  clipper.End();
  // Room below the last card, so that the round button hides nothing.
  ImGui::SetCursorScreenPos({top.x, top.y + kStep * static_cast<float>(state.tokens.tokens.size())});
  ImGui::Dummy({0, 80});
}

}  // namespace geminate::ui
