#include "frontend-wasm/pages/models.h"

#include "frontend-wasm/pages/settings_parts.h"

namespace geminate::ui {

void models_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto& aliases = state.settings.aliases;
  {
    std::vector<HeaderAction> actions = {
        {say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&emit] { emit(RefreshPage{}); }}};
    if (aliases.value && !aliases.value->aliases.empty())
      actions.push_back(
          {say(TextId::AddAlias), Icon::Plus, ButtonKind::Primary, [&emit] { emit(OpenAlias{}); }});
    const PageFrame frame(state, emit, say(TextId::NavModels), actions,
                          state.memory_mode() ? say(TextId::AliasesMemoryHint) : Text());
    paragraph(say(TextId::AliasesHint), {.size = type::kDense, .colour = theme().secondary}, frame.width());
    gap(space::kGap);
    if (!draw_not_loaded(state, frame, aliases.value.has_value(), aliases.problem,
                         say(TextId::AliasesNotLoaded), emit))
      draw_aliases(state, frame, emit);
  }
  draw_settings_overlays(state, drafts, emit);
}

}  // namespace geminate::ui
