#include "frontend-wasm/pages/tokens.h"

#include <algorithm>

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"

namespace geminate::ui {
namespace {

/// What stands where the list would be, while there is none. True when it drew something.
bool draw_no_list(const AppState& state, Drafts& drafts, bool any_shown, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TokensPageState& tokens = state.tokens;
  const bool waiting = tokens.loading == Loading::Never || tokens.loading == Loading::Running;
  if (!waiting && any_shown) return false;
  const Card card("no_list", size, {1, 1});
  if (waiting) {
    skeleton_rows(std::max(1, static_cast<int>(size.y / space::kRow) - 1), space::kRow);
  } else if (tokens.loading == Loading::Failed) {
    const Text why = tokens.refresh.problem ? say(*tokens.refresh.problem) : say(TextId::ServerLost);
    if (empty_state(Icon::Offline, say(TextId::TokensNotLoaded), why, say(TextId::Refresh)))
      emit(RefreshTokens{});
  } else if (tokens.tokens.empty()) {
    if (empty_state(Icon::Token, say(TextId::NoTokens), say(TextId::NoTokensHint), say(TextId::MakeToken),
                    Icon::Plus))
      emit(OpenMakeToken{});
  } else if (empty_state(Icon::Search, say(TextId::NoTokensMatch), say(TextId::NoMatchesHint),
                         say(TextId::ClearFilters))) {
    drafts.token_search.clear();
    emit(SearchTokens{});
    emit(FilterTokens{TokenFilter::All});
  }
  return true;
}

void draw_list(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto shown = shown_tokens(state.tokens.tokens, state.tokens.query, state.wall_now);
  const float foot = frame.narrow() ? 0 : 26;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{frame.width(), frame.height_left(280) - foot};
  if (draw_no_list(state, drafts, !shown.empty(), size, emit)) return;
  if (frame.narrow()) return draw_token_cards(state, shown, frame.width(), emit);
  draw_token_table(state, shown, size, emit);
  ImGui::SetCursorScreenPos({at.x, at.y + size.y + 9});
  const auto count = [](std::size_t rows) { return exact_count(static_cast<std::int64_t>(rows)).str(); };
  text(say(TextId::ShownRows, {count(shown.size()), count(state.tokens.tokens.size())}),
       {.size = type::kLabel, .colour = theme().secondary});
}

void draw_overlays(const AppState& state, Drafts& drafts, const Emit& emit) {
  switch (state.tokens.overlay) {
    case TokenOverlay::Make:
    case TokenOverlay::Edit:
      return draw_token_drawer(state, drafts, emit);
    case TokenOverlay::Made:
      return draw_made_token(state, emit);
    case TokenOverlay::None:
      return draw_token_questions(state, emit);
  }
}

}  // namespace

void tokens_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  {
    const PageFrame frame(
        state, emit, say(TextId::TokensTitle),
        {{say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&] { emit(RefreshTokens{}); }},
         {say(TextId::MakeToken), Icon::Plus, ButtonKind::Primary, [&] { emit(OpenMakeToken{}); }}},
        state.memory_mode() ? say(TextId::TokensMemoryHint) : Text());
    paragraph(say(TextId::TokensHint), {.size = type::kDense, .colour = theme().secondary}, frame.width());
    gap(space::kGap);
    draw_token_toolbar(state, drafts, frame.width(), emit);
    draw_list(state, drafts, frame, emit);
  }
  draw_overlays(state, drafts, emit);
}

}  // namespace geminate::ui
