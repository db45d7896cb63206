#include "frontend-wasm/pages/tokens.h"

#include <algorithm>

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/token_parts.h"

namespace geminate::ui {
namespace {

/// What stands where the list would be, while there is none. True when it drew something.
bool draw_no_list(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TokensPageState& tokens = state.tokens;
  const bool waiting = tokens.loading == Loading::Never || tokens.loading == Loading::Running;
  if (!waiting && !tokens.tokens.empty()) return false;
  const Card card("no_list", size, {1, 1});
  if (waiting) {
    skeleton_rows(std::max(1, static_cast<int>(size.y / space::kRow) - 1), space::kRow);
  } else if (tokens.loading == Loading::Failed) {
    const Text why = tokens.refresh.problem ? say(*tokens.refresh.problem) : say(TextId::ServerLost);
    if (empty_state(Icon::Offline, say(TextId::TokensNotLoaded), why, say(TextId::Refresh)))
      emit(RefreshTokens{});
  } else if (empty_state(Icon::Token, say(TextId::NoTokens), say(TextId::NoTokensHint),
                         say(TextId::MakeToken), Icon::Plus)) {
    emit(OpenMakeToken{});
  }
  return true;
}

void draw_list(const AppState& state, const PageFrame& frame, const Emit& emit) {
  const ImVec2 size{frame.width(), frame.height_left(280)};
  if (draw_no_list(state, size, emit)) return;
  if (frame.narrow()) {
    draw_token_cards(state, frame.width(), emit);
  } else {
    draw_token_table(state, size, emit);
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
    draw_list(state, frame, emit);
  }
  draw_token_overlays(state, drafts, emit);
}

}  // namespace geminate::ui
