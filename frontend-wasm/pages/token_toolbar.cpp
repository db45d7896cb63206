#include <cmath>

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {
namespace {

float chip_height() { return surface().touch ? space::kFieldTouch : 30; }

struct FilterChoice {
  TokenFilter filter;
  TextId name;
  Text count;
};

std::vector<FilterChoice> filters_of(const AppState& state) {
  const TokenCounts counts = count_tokens(state.tokens.tokens, state.wall_now);
  const bool known = state.tokens.loading == Loading::Done;
  const auto shown = [known](std::uint32_t count) { return known ? exact_count(count) : Text(); };
  return {{TokenFilter::All, TextId::CountAll, shown(counts.all)},
          {TokenFilter::Active, TextId::TokenActive, shown(counts.active)},
          {TokenFilter::AtLimit, TextId::TokenAtLimit, shown(counts.at_limit)},
          {TokenFilter::Disabled, TextId::TokenDisabled, shown(counts.disabled)},
          {TokenFilter::Expired, TextId::TokenExpired, shown(counts.expired)}};
}

void draw_filters(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  bool first = true;
  ImGui::PushID("filters");
  for (const FilterChoice& choice : filters_of(state)) {
    if (!first) ImGui::SameLine(0, space::kTightGap);
    first = false;
    const bool on = state.tokens.query.filter == choice.filter;
    if (chip(say(choice.name), choice.count, on)) emit(FilterTokens{on ? TokenFilter::All : choice.filter});
  }
  ImGui::PopID();
}

float filters_width(const AppState& state) {
  const Phrasebook say = state.phrasebook();
  const TextStyle style{.size = type::kDense};
  float width = -space::kTightGap;
  for (const FilterChoice& choice : filters_of(state)) {
    width += std::ceil(measure(say(choice.name), style).x) + std::ceil(measure(choice.count, style).x) + 30 +
             space::kTightGap;
  }
  return width;
}

void draw_search(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const float side = button_height({.small = true});
  const FieldStyle style{.hint = say(TextId::SearchTokensHint),
                         .width = width,
                         .icon = Icon::Search,
                         .room_right = drafts.token_search.empty() ? 0 : side + 4};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (text_field(say(TextId::SearchTokensLabel), drafts.token_search, style).changed)
    emit(SearchTokens{drafts.token_search});
  if (drafts.token_search.empty()) return;
  const ImVec2 after = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - side - 3, at.y + (surface().field_height() - side) / 2});
  if (icon_button(say(TextId::ClearSearch), Icon::Close, {.kind = ButtonKind::Quiet, .small = true})) {
    drafts.token_search.clear();
    emit(SearchTokens{});
  }
  ImGui::SetCursorScreenPos(after);
}

}  // namespace

void draw_token_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float filters = filters_width(state);
  const float field = surface().field_height();
  const bool one_line = width - filters - space::kGap >= 260;
  draw_search(state, drafts, one_line ? width - filters - space::kGap : width, emit);
  if (one_line) {
    ImGui::SetCursorScreenPos({at.x + width - filters, at.y + (field - chip_height()) / 2});
    draw_filters(state, emit);
    ImGui::SetCursorScreenPos({at.x, at.y + field});
  } else {
    ImGui::SetCursorScreenPos({at.x, at.y + field});
    gap(space::kTightGap);
    // Too many for a phone's width: they scroll sideways.
    ImGui::BeginChild("filters", {width, chip_height()}, ImGuiChildFlags_NavFlattened,
                      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollbar);
    draw_filters(state, emit);
    ImGui::EndChild();
  }
  gap(space::kGap);
}

}  // namespace geminate::ui
