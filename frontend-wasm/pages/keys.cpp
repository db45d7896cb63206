#include "frontend-wasm/pages/keys.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "frontend-wasm/app/parts.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"

namespace geminate::ui {
namespace {

constexpr float kFigureHeight = 96;
constexpr float kFigureHeightNarrow = 70;

/// Nothing is known yet: no figure is better than a wrong one.
bool is_known(const AppState& state) { return state.keys.loading == Loading::Done; }

Text count_text(std::size_t count) { return exact_count(static_cast<std::int64_t>(count)); }

std::vector<Figure> figures_of(const AppState& state, bool narrow) {
  const Phrasebook say = state.phrasebook();
  const KeyCounts& counts = state.keys.counts;
  const Theme& look = theme();
  const auto coloured = [&look](std::uint32_t count, Colour colour) {
    return count > 0 ? colour : look.text;
  };
  Text next;
  if (counts.next_return && *counts.next_return > state.wall_now) {
    next = say(TextId::FirstReturns,
               {relative_time(say, *counts.next_return, state.wall_now, state.zone_minutes).str()});
  }
  std::vector<Figure> figures = {
      {say(TextId::CountReady), count_text(counts.ready),
       say(TextId::CountOfAll, {count_text(counts.all).str()}), coloured(counts.ready, look.good.text)},
      {say(TextId::CountResting), count_text(counts.resting), next,
       coloured(counts.resting, look.warning.text)},
      {say(narrow ? TextId::CountFailingShort : TextId::CountFailing),
       count_text(counts.failing),
       {},
       coloured(counts.failing, look.bad.text)},
  };
  if (!narrow) {
    figures.push_back({say(TextId::CountDisabledExpired), count_text(counts.disabled), {}, look.text});
    const Text exact = exact_count(counts.tokens_today);
    const Text brief = short_count(say, counts.tokens_today);
    figures.push_back(
        {say(TextId::TokensToday), brief, brief.str() == exact.str() ? Text() : exact, look.text});
  }
  return figures;
}

void draw_figures(const AppState& state, float width, bool narrow) {
  std::vector<Figure> figures = figures_of(state, narrow);
  const float gap_between = narrow ? space::kTightGap : space::kGap;
  const float count = static_cast<float>(figures.size());
  const float each = std::floor((width - gap_between * (count - 1)) / count);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (!is_known(state)) figures[i] = {figures[i].name, Text::verbatim("–"), Text(), theme().faint};
    if (narrow) figures[i].remark = Text();
    const float left = (each + gap_between) * static_cast<float>(i);
    // The last one takes what rounding left over, so that all edges meet.
    const float own = i + 1 == figures.size() ? width - left : each;
    ImGui::SetCursorScreenPos({at.x + left, at.y});
    figure_card({own, narrow ? kFigureHeightNarrow : kFigureHeight}, figures[i]);
  }
  gap(space::kSection);
}

/// What stands where the list would be, while there is none. True when it drew something.
bool draw_no_list(const AppState& state, Drafts& drafts, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeysPageState& keys = state.keys;
  const bool waiting = keys.loading == Loading::Never || keys.loading == Loading::Running;
  if (!waiting && !keys.shown().empty()) return false;
  const Card card("no_list", size, {1, 1});
  if (waiting) {
    skeleton_rows(std::max(1, static_cast<int>(size.y / space::kRow) - 1), space::kRow);
  } else if (keys.loading == Loading::Failed) {
    if (empty_state(Icon::Offline, say(TextId::KeysNotLoaded), say(TextId::ServerLost), say(TextId::Refresh)))
      emit(RefreshKeys{});
  } else if (keys.keys.empty()) {
    if (empty_state(Icon::Key, say(TextId::NoKeys), say(TextId::NoKeysHint), say(TextId::AddKey), Icon::Plus))
      emit(OpenAddKeys{});
  } else if (empty_state(Icon::Search, say(TextId::NoMatches), say(TextId::NoMatchesHint),
                         say(TextId::ClearFilters))) {
    drafts.key_search.clear();
    emit(SearchKeys{});
    emit(FilterKeys{KeyFilter::All});
  }
  return true;
}

void draw_list(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const float foot = frame.narrow() ? 0 : 26;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{frame.width(), frame.height_left(320) - foot};
  if (draw_no_list(state, drafts, size, emit)) return;
  if (frame.narrow()) return draw_key_cards(state, frame.width(), emit);
  draw_key_table(state, size, emit);
  ImGui::SetCursorScreenPos({at.x, at.y + size.y + 9});
  const Text rows = say(TextId::ShownRows, {count_text(state.keys.shown().size()).str(),
                                            count_text(state.keys.counts.all).str()});
  text(rows, {.size = type::kLabel, .colour = theme().secondary});
}

}  // namespace

GEMINATE_LATER void later_key_overlays(const AppState& state, Drafts& drafts, const Emit& emit) {
  switch (state.keys.overlay) {
    case KeyOverlay::Add:
      return draw_add_keys(state, drafts, emit);
    case KeyOverlay::Detail:
      return draw_key_drawer(state, drafts, emit);
    case KeyOverlay::Bulk:
      return draw_key_bulk(state, drafts, emit);
    case KeyOverlay::BulkReport:
      return draw_bulk_report(state, emit);
    case KeyOverlay::None:
      return draw_delete_keys(state, emit);
  }
}

void keys_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool memory = state.memory_mode();
  {
    const PageFrame frame(
        state, emit, say(memory ? TextId::KeysTitleMemory : TextId::KeysTitleDatabase),
        {{say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&] { emit(RefreshKeys{}); }},
         {say(TextId::AddKey), Icon::Plus, ButtonKind::Primary, [&] { emit(OpenAddKeys{}); }}},
        memory ? say(TextId::MemoryBanner) : Text());
    draw_figures(state, frame.width(), frame.narrow());
    draw_key_toolbar(state, drafts, frame.width(), emit);
    draw_selection_bar(state, frame.width(), emit);
    draw_list(state, drafts, frame, emit);
  }
  if (state.whole) later_key_overlays(state, drafts, emit);
}

}  // namespace geminate::ui
