#include "frontend-wasm/pages/settings.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/settings_parts.h"

namespace geminate::ui {
namespace {

struct TabFacts {
  SettingsTab tab;
  TextId name;
  TextId not_loaded;
  TextId hint;
};
constexpr TabFacts kTabs[] = {
    {SettingsTab::Settings, TextId::SettingsTabAll, TextId::SettingsNotLoaded, TextId::SettingsHint},
    {SettingsTab::Quotas, TextId::SettingsTabQuotas, TextId::QuotasNotLoaded, TextId::QuotasHint},
    {SettingsTab::Prices, TextId::SettingsTabPrices, TextId::PricesNotLoaded, TextId::PricesHint},
    {SettingsTab::About, TextId::SettingsTabAbout, TextId::AboutNotLoaded, TextId::None}};

/// A word with a line below it where it is the one on screen.
void draw_tab(const Phrasebook& say, const TabFacts& facts, bool current, const Emit& emit) {
  const Text name = say(facts.name);
  const TextStyle style{.face = current ? Face::Semibold : Face::Regular,
                        .colour = current ? theme().text : theme().secondary};
  // As wide in both faces, so that nothing moves when it is chosen.
  const float width = std::ceil(measure(name, {.face = Face::Semibold}).x);
  const float height = surface().touch ? space::kFieldTouch : 36;
  const Press press = press_area(name.c_str(), {width, height});
  describe(Role::Link, name).current = current;
  const float top = std::round((press.min.y + press.max.y - type::kBody) / 2) - 2;
  paint_text({press.min.x, top}, name,
             press.hovered && !current ? TextStyle{.face = style.face, .colour = theme().text} : style);
  if (current)
    paint_box({press.min.x, press.max.y - 2}, {press.max.x, press.max.y}, theme().accent.fill, 0, 1);
  if (press.clicked && !current) emit(ShowSettingsTab{facts.tab});
}

void draw_tabs(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const float height = surface().touch ? space::kFieldTouch : 36;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine({at.x, at.y + height - 1}, {at.x + width, at.y + height - 1},
                                      theme().line);
  ImGui::BeginChild("tabs", {width, height}, ImGuiChildFlags_NavFlattened,
                    ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollbar);
  for (const TabFacts& facts : kTabs) {
    if (facts.tab != SettingsTab::Settings) ImGui::SameLine(0, is_narrow() ? 18 : 24);
    draw_tab(say, facts, state.settings.tab == facts.tab, emit);
  }
  ImGui::EndChild();
  gap(space::kSection);
}

/// What the tab knows: whether it has an answer, and what went wrong with the last attempt.
struct TabState {
  bool has_value;
  const std::optional<Message>* problem;
};
TabState tab_state(const SettingsPageState& page) {
  switch (page.tab) {
    case SettingsTab::Quotas:
      return {page.quotas.value.has_value(), &page.quotas.problem};
    case SettingsTab::Prices:
      return {page.prices.value.has_value(), &page.prices.problem};
    case SettingsTab::About:
      return {page.about.value.has_value(), &page.about.problem};
    case SettingsTab::Settings:
      break;
  }
  return {page.settings.value.has_value(), &page.settings.problem};
}

void draw_tab_content(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit) {
  switch (state.settings.tab) {
    case SettingsTab::Settings:
      return draw_setting_list(state, drafts, frame, emit);
    case SettingsTab::Quotas:
      return draw_quota_limits(state, frame, emit);
    case SettingsTab::Prices:
      return draw_prices(state, frame, emit);
    case SettingsTab::About:
      return draw_about(state, frame);
  }
}

std::vector<HeaderAction> actions_of(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  std::vector<HeaderAction> actions = {
      {say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&emit] { emit(RefreshSettings{}); }}};
  if (state.settings.tab == SettingsTab::Quotas)
    actions.push_back(
        {say(TextId::AddQuota), Icon::Plus, ButtonKind::Primary, [&emit] { emit(OpenQuota{}); }});
  if (state.settings.tab == SettingsTab::Prices)
    actions.push_back(
        {say(TextId::AddPrice), Icon::Plus, ButtonKind::Primary, [&emit] { emit(OpenPrice{}); }});
  return actions;
}

}  // namespace

bool draw_not_loaded(const AppState& state, const PageFrame& frame, bool has_value,
                     const std::optional<Message>& problem, const Text& what, const Emit& emit) {
  if (has_value) return false;
  const Phrasebook say = state.phrasebook();
  const ImVec2 size{frame.width(), frame.height_left(280)};
  const Card card("nothing_yet", size, {1, 1});
  if (!problem) {
    skeleton_rows(std::max(1, static_cast<int>(size.y / space::kRow) - 1), space::kRow);
  } else if (empty_state(Icon::Offline, what, say(*problem), say(TextId::Refresh))) {
    emit(RefreshPage{});
  }
  return true;
}

Text value_or_none(const Phrasebook& say, const std::string& value) {
  return value.empty() ? say(TextId::None) : Text::verbatim(value);
}

void settings_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TabFacts& facts = kTabs[static_cast<std::size_t>(state.settings.tab)];
  {
    const bool warn = state.memory_mode() && facts.tab != SettingsTab::About;
    const PageFrame frame(state, emit, say(TextId::SettingsHeading), actions_of(state, emit),
                          warn ? say(TextId::SettingsMemoryHint) : Text());
    draw_tabs(state, frame.width(), emit);
    if (facts.hint != TextId::None) {
      paragraph(say(facts.hint), {.size = type::kDense, .colour = theme().secondary}, frame.width());
      gap(space::kGap);
    }
    const TabState known = tab_state(state.settings);
    if (!draw_not_loaded(state, frame, known.has_value, *known.problem, say(facts.not_loaded), emit))
      draw_tab_content(state, drafts, frame, emit);
  }
  draw_settings_overlays(state, drafts, emit);
}

}  // namespace geminate::ui
