#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {
namespace {

constexpr float kPadding = 14;
constexpr float kHead = 86;
constexpr float kMeasure = 24;

/// What there is a limit of, or else the tokens of today.
std::vector<TokenMeasure> measures_of(const Phrasebook& say, const ClientTokenView& token) {
  std::vector<TokenMeasure> shown;
  for (TokenMeasure& measure : std::vector{requests_today(say, token), tokens_today(say, token),
                                           tokens_total(say, token), budget(say, token)}) {
    if (measure.limited) shown.push_back(std::move(measure));
  }
  if (shown.empty()) shown.push_back(tokens_today(say, token));
  return shown;
}

float height_of(const Phrasebook& say, const ClientTokenView& token) {
  return kHead + kMeasure * static_cast<float>(measures_of(say, token).size()) + 6;
}

void draw_head(ImVec2 min, float width, const AppState& state, const ClientTokenView& token) {
  const Phrasebook say = state.phrasebook();
  const float left = min.x + kPadding;
  const float right = min.x + width - kPadding;
  const TokenLook look = look_of(state, token);
  const Text label = say(look.name);
  paint_pill({left, min.y + 12}, look.tone, label);
  const float pill_right = left + pill_size(label).x;
  describe_text(label, {left, min.y + 12}, {pill_right, min.y + 36});
  paint_text({pill_right + 8, min.y + 16}, token_mark(token), {.size = type::kDense, .face = Face::Mono});
  const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
  const Text used = last_used(state, token);
  const float used_width = measure(used, small).x;
  paint_text({right - used_width, min.y + 56}, used, small);
  describe_text(Text::verbatim(say(TextId::ColumnLastUsed).str() + " " + used.str()),
                {right - used_width, min.y + 56}, {right, min.y + 72});
  const Text origin = say(state.origin_text(token.origin));
  const float badge = paint_badge({left, min.y + 52}, origin, (right - left) / 3);
  describe_text(origin, {left, min.y + 52}, {left + badge, min.y + 74});
  if (!token.description) return;
  paint_text({left + badge + 8, min.y + 54}, Text::verbatim(*token.description),
             {.size = type::kDense, .colour = theme().secondary},
             right - used_width - space::kGap - left - badge - 8);
}

void draw_card(ImVec2 min, float width, const AppState& state, const ClientTokenView& token,
               const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 max{min.x + width, min.y + height_of(say, token)};
  ImGui::PushID(static_cast<int>(token.id));
  ImGui::SetCursorScreenPos(min);
  const Press press = press_area("card", {width, max.y - min.y}, true);
  describe(Role::Row, spoken_name(token));
  const Within inside;
  paint_box(min, max, press.held ? theme().accent.wash : theme().surface, theme().line);
  draw_head(min, width, state, token);
  float y = min.y + kHead;
  for (const TokenMeasure& measure : measures_of(say, token)) {
    ImGui::SetCursorScreenPos({min.x + kPadding, y});
    draw_measure(measure, width - 2 * kPadding);
    y += kMeasure;
  }
  const float side = button_height({.small = true});
  ImGui::SetCursorScreenPos({max.x - 6 - side, min.y + 24 - side / 2});
  draw_token_menu(state, token, emit);
  if (press.clicked) emit(OpenToken{token.id});
  ImGui::PopID();
}

}  // namespace

void draw_token_cards(const AppState& state, const std::vector<std::uint32_t>& shown, float width,
                      const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const float seen_from = ImGui::GetWindowPos().y;
  const float seen_to = seen_from + ImGui::GetWindowHeight();
  float y = top.y;
  for (const std::uint32_t position : shown) {
    const ClientTokenView& token = state.tokens.tokens[position];
    const float height = height_of(say, token);
    // Cards differ in height, so ImGui's clipper cannot place them.
    if (y + height >= seen_from && y <= seen_to) draw_card({top.x, y}, width, state, token, emit);
    y += height + space::kTightGap;
  }
  // Room below the last card, so that the round button hides nothing.
  ImGui::SetCursorScreenPos({top.x, y});
  ImGui::Dummy({0, 80});
}

}  // namespace geminate::ui
