#include <cmath>

#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {
namespace {

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

std::vector<CountChip> chips_of(const AppState& state, const std::vector<FilterChoice>& choices) {
  std::vector<CountChip> chips;
  for (const FilterChoice& choice : choices)
    chips.push_back({choice.name, choice.count, choice.filter == state.tokens.query.filter});
  return chips;
}

void draw_filters(const AppState& state, const Emit& emit) {
  const std::vector<FilterChoice> choices = filters_of(state);
  if (const auto pressed = count_chips(state.phrasebook(), chips_of(state, choices))) {
    const FilterChoice& choice = choices[*pressed];
    emit(FilterTokens{choice.filter == state.tokens.query.filter ? TokenFilter::All : choice.filter});
  }
}

float filters_width(const AppState& state) {
  return count_chips_width(state.phrasebook(), chips_of(state, filters_of(state)));
}

void draw_search(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  if (search_field(say, TextId::SearchTokensLabel, TextId::SearchTokensHint, drafts.token_search, width)
          .changed)
    emit(SearchTokens{drafts.token_search});
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
