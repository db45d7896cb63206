#include "frontend-wasm/pages/keys.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {
namespace {

constexpr float kFigureHeight = 96;
constexpr float kFigureHeightNarrow = 70;

/// Nothing is known yet: no figure is better than a wrong one.
bool is_known(const AppState& state) { return state.keys.loading == Loading::Done; }

Text count_text(std::uint32_t count) { return exact_count(static_cast<std::int64_t>(count)); }

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

struct FilterChoice {
  KeyFilter filter;
  TextId name;
  Text count;
};

std::array<FilterChoice, 5> filters_of(const AppState& state) {
  const KeyCounts& counts = state.keys.counts;
  const auto shown = [&state](std::uint32_t count) { return is_known(state) ? count_text(count) : Text(); };
  return {{{KeyFilter::All, TextId::CountAll, shown(counts.all)},
           {KeyFilter::Ready, TextId::CountReady, shown(counts.ready)},
           {KeyFilter::Resting, TextId::CountResting, shown(counts.resting)},
           {KeyFilter::Failing, TextId::CountFailing, shown(counts.failing)},
           {KeyFilter::Disabled, TextId::CountDisabled, shown(counts.disabled)}}};
}

void draw_filters(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  bool first = true;
  ImGui::PushID("filters");
  for (const FilterChoice& choice : filters_of(state)) {
    if (!first) ImGui::SameLine(0, space::kTightGap);
    first = false;
    const bool on = state.keys.query.filter == choice.filter;
    if (chip(say(choice.name), choice.count, on)) emit(FilterKeys{on ? KeyFilter::All : choice.filter});
  }
  ImGui::PopID();
}

float filters_width(const AppState& state) {
  const Phrasebook say = state.phrasebook();
  float width = -space::kTightGap;
  for (const FilterChoice& choice : filters_of(state)) {
    const TextStyle style{.size = type::kDense};
    width += std::ceil(measure(say(choice.name), style).x) + std::ceil(measure(choice.count, style).x) + 30 +
             space::kTightGap;
  }
  return width;
}

void draw_search(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool shortcut =
      ImGui::IsKeyPressed(ImGuiKey_Slash, false) || ImGui::GetIO().InputQueueCharacters.contains('/');
  if (shortcut && !ImGui::GetIO().WantTextInput && state.keys.overlay == KeyOverlay::None) focus_next_field();
  const float side = button_height({.small = true});
  const FieldStyle style{.hint = say(TextId::SearchKeys),
                         .width = width,
                         .icon = Icon::Search,
                         .room_right = drafts.key_search.empty() ? 0 : side + 4};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (text_field(say(TextId::SearchKeysLabel), drafts.key_search, style).changed)
    emit(SearchKeys{drafts.key_search});
  if (drafts.key_search.empty()) return;
  const ImVec2 after = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - side - 3, at.y + (surface().field_height() - side) / 2});
  if (icon_button(say(TextId::ClearSearch), Icon::Close, {.kind = ButtonKind::Quiet, .small = true})) {
    drafts.key_search.clear();
    emit(SearchKeys{});
  }
  ImGui::SetCursorScreenPos(after);
}

void draw_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float filters = filters_width(state);
  const bool one_line = width - filters - space::kGap >= 240;
  draw_search(state, drafts, one_line ? width - filters - space::kGap : width, emit);
  const float field = surface().field_height();
  if (one_line) {
    const float chip_height = surface().touch ? space::kFieldTouch : 30;
    ImGui::SetCursorScreenPos({at.x + width - filters, at.y + (field - chip_height) / 2});
    draw_filters(state, emit);
    ImGui::SetCursorScreenPos({at.x, at.y + field});
  } else {
    // Too many for a phone's width: they scroll sideways.
    ImGui::SetCursorScreenPos({at.x, at.y + field + space::kTightGap});
    ImGui::BeginChild("filters", {width, surface().touch ? space::kFieldTouch : 30},
                      ImGuiChildFlags_NavFlattened,
                      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollbar);
    draw_filters(state, emit);
    ImGui::EndChild();
  }
  gap(space::kGap);
}

/// What can be done with the keys that are selected.
void draw_selection_bar(const AppState& state, float width, const Emit& emit) {
  const KeySelection& selected = state.keys.selected;
  if (selected.empty()) return;
  const Phrasebook say = state.phrasebook();
  const std::vector<KeyId>& ids = selected.ids();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float height = 44;
  paint_box(min, {min.x + width, min.y + height}, theme().accent.wash, 0, radius::kCard);
  const std::string count = count_text(static_cast<std::uint32_t>(ids.size())).str();
  ImGui::SetCursorScreenPos({min.x + space::kSection, min.y + (height - type::kBody) / 2});
  text(say(TextId::SelectedCount, {count}), {.colour = theme().accent.text});
  ImGui::SameLine(0, space::kSection);
  if (link(say(TextId::ClearSelection), type::kBody)) emit(ClearKeySelection{});
  const ButtonStyle plain{.small = true};
  const ButtonStyle danger{.kind = ButtonKind::Danger, .small = true};
  const float buttons = button_width(say(TextId::Enable), plain) + button_width(say(TextId::Disable), plain) +
                        button_width(say(TextId::DeleteEllipsis), danger) + 2 * space::kTightGap;
  ImGui::SetCursorScreenPos(
      {min.x + width - buttons - space::kGap, min.y + (height - button_height(plain)) / 2});
  if (button(say(TextId::Enable), plain)) emit(SetKeysActive{ids, true});
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(TextId::Disable), plain)) emit(SetKeysActive{ids, false});
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(TextId::DeleteEllipsis), danger)) emit(AskDeleteKeys{ids});
  ImGui::SetCursorScreenPos({min.x, min.y + height});
  gap(space::kGap);
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
    if (empty_state(Icon::Key, say(TextId::NoKeys), say(TextId::NoKeysHint), say(TextId::AddKey)))
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
  const Text rows =
      say(TextId::ShownRows, {count_text(static_cast<std::uint32_t>(state.keys.shown().size())).str(),
                              count_text(state.keys.counts.all).str()});
  text(rows, {.size = type::kLabel, .colour = theme().secondary});
}

void draw_overlays(const AppState& state, Drafts& drafts, const Emit& emit) {
  switch (state.keys.overlay) {
    case KeyOverlay::Add:
      return draw_add_keys(state, drafts, emit);
    case KeyOverlay::Detail:
      return draw_key_drawer(state, drafts, emit);
    case KeyOverlay::None:
      return draw_delete_keys(state, emit);
  }
}

}  // namespace

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
    draw_toolbar(state, drafts, frame.width(), emit);
    draw_selection_bar(state, frame.width(), emit);
    draw_list(state, drafts, frame, emit);
  }
  draw_overlays(state, drafts, emit);
}

}  // namespace geminate::ui
