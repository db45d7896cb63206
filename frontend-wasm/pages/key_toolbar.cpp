#include <algorithm>
#include <cmath>
#include <vector>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr float kBarHeight = 44;

Text count_text(std::size_t count) { return exact_count(static_cast<std::int64_t>(count)); }

struct FilterChoice {
  KeyFilter filter;
  TextId name;
  Text count;
};

std::vector<FilterChoice> filters_of(const AppState& state) {
  const KeyCounts& counts = state.keys.counts;
  const bool known = state.keys.loading == Loading::Done;
  const auto shown = [known](std::uint32_t count) { return known ? count_text(count) : Text(); };
  std::vector<FilterChoice> choices = {{KeyFilter::All, TextId::CountAll, shown(counts.all)},
                                       {KeyFilter::Ready, TextId::CountReady, shown(counts.ready)},
                                       {KeyFilter::Resting, TextId::CountResting, shown(counts.resting)},
                                       {KeyFilter::Failing, TextId::CountFailing, shown(counts.failing)},
                                       {KeyFilter::Disabled, TextId::CountDisabled, shown(counts.disabled)}};
  if (counts.expiring > 0 || state.keys.query.filter == KeyFilter::Expiring)
    choices.push_back({KeyFilter::Expiring, TextId::CountExpiring, shown(counts.expiring)});
  return choices;
}

std::vector<CountChip> chips_of(const AppState& state, const std::vector<FilterChoice>& choices) {
  std::vector<CountChip> chips;
  for (const FilterChoice& choice : choices)
    chips.push_back({choice.name, choice.count, choice.filter == state.keys.query.filter});
  return chips;
}

void draw_filters(const AppState& state, const Emit& emit) {
  const std::vector<FilterChoice> choices = filters_of(state);
  if (const auto pressed = count_chips(state.phrasebook(), chips_of(state, choices))) {
    const FilterChoice& choice = choices[*pressed];
    emit(FilterKeys{choice.filter == state.keys.query.filter ? KeyFilter::All : choice.filter});
  }
}

float filters_width(const AppState& state) {
  return count_chips_width(state.phrasebook(), chips_of(state, filters_of(state)));
}

void draw_search(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool shortcut =
      ImGui::IsKeyPressed(ImGuiKey_Slash, false) || ImGui::GetIO().InputQueueCharacters.contains('/');
  if (shortcut && !ImGui::GetIO().WantTextInput && state.keys.overlay == KeyOverlay::None) focus_next_field();
  const auto& problem = state.keys.arrangement.problem();
  const Text fault = problem ? say(*problem) : Text();
  if (search_field(say, TextId::SearchKeysLabel, TextId::SearchKeys, drafts.key_search, width, fault).changed)
    emit(SearchKeys{drafts.key_search});
}

ButtonStyle columns_style() { return {.icon = Icon::ChevronDown, .small = true}; }

/// With the keyboard on a column's name, left and right do what dragging its edge does.
void take_width_keys(const KeyColumnSpec& spec, const KeyTableLayout& layout, const Emit& emit) {
  constexpr float kStep = 16;
  if (!ImGui::IsItemFocused()) return;
  const float own = layout.of(spec.column).width;
  const float width = own > 0 ? own : spec.width;
  if (ImGui::IsKeyPressed(ImGuiKey_RightArrow)) emit(ResizeKeyColumn{spec.column, width + kStep, true});
  if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow)) emit(ResizeKeyColumn{spec.column, width - kStep, true});
}

void draw_columns(const AppState& state, float table_width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeyTableLayout& layout = state.keys.layout;
  ImGui::PushID("columns");
  if (button(say(TextId::Columns), columns_style())) open_menu("choose");
  if (Menu menu("choose", static_cast<int>(kKeyColumnCount) + 1, 232); menu) {
    const auto fitting = columns_that_fit(layout, table_width - 102);
    for (const KeyColumnSpec& spec : key_columns()) {
      const bool fixed = spec.yields == 0;
      const bool on = fixed || layout.of(spec.column).shown;
      const bool fits = std::find(fitting.begin(), fitting.end(), spec.column) != fitting.end();
      const Text title = say(spec.title);
      const Text label = on && !fits ? say(TextId::ColumnHasNoRoom, {title.str()}) : title;
      if (menu.toggle(label, on, fixed)) emit(ShowKeyColumn{spec.column, !on});
      take_width_keys(spec, layout, emit);
    }
    menu.separator();
    if (menu.item(say(TextId::ResetColumns), Icon::Refresh)) emit(ResetKeyColumns{});
  }
  ImGui::PopID();
}

/// What an export would hold: those that are selected, or else those that are shown.
void draw_export_items(const AppState& state, Menu& menu, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeySelection& selected = state.keys.selected;
  const std::string count = count_text(selected.empty() ? state.keys.shown().size() : selected.size()).str();
  if (menu.item(say(TextId::ExportCsv, {count}), Icon::Download)) emit(ExportKeys{ExportForm::Csv});
  if (menu.item(say(TextId::ExportJson, {count}), Icon::Download)) emit(ExportKeys{ExportForm::Json});
}

void draw_export(const AppState& state, const Emit& emit) {
  ImGui::PushID("export");
  const ButtonStyle style{
      .kind = ButtonKind::Secondary, .disabled = state.keys.shown().empty(), .small = true};
  if (icon_button(state.phrasebook()(TextId::Export), Icon::Download, style)) open_menu("forms");
  if (Menu menu("forms", 2, 232); menu) draw_export_items(state, menu, emit);
  ImGui::PopID();
}

void draw_problem(const AppState& state, float width) {
  if (!state.keys.arrangement.problem()) return;
  gap(6);
  const Text fault = state.phrasebook()(*state.keys.arrangement.problem());
  paragraph(fault, {.size = type::kLabel, .colour = theme().bad.text}, width);
}

// --- the selection

/// A command of the selection bar, with the edit that it asks for.
struct BarCommand {
  TextId name;
  KeyEdit edit;
  Icon icon;
};
constexpr BarCommand kButtons[] = {{TextId::CheckKeys, KeyEdit::Check, Icon::Refresh},
                                   {TextId::Enable, KeyEdit::Enable, Icon::Power},
                                   {TextId::Disable, KeyEdit::Disable, Icon::Power}};
constexpr BarCommand kInMenu[] = {{TextId::SetProjectEllipsis, KeyEdit::SetProject, Icon::Edit},
                                  {TextId::AddTagsEllipsis, KeyEdit::AddTags, Icon::Plus},
                                  {TextId::RemoveTagsEllipsis, KeyEdit::RemoveTags, Icon::Close},
                                  {TextId::SetTokensPerDayEllipsis, KeyEdit::SetTokensPerDay, Icon::Edit},
                                  {TextId::SetPerMinuteEllipsis, KeyEdit::SetRequestsPerMinute, Icon::Edit}};

void draw_more(const AppState& state, bool all, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID("more");
  const ButtonStyle style{.icon = Icon::ChevronDown, .small = true};
  if (button(say(TextId::MoreActions), style)) open_menu("edits");
  if (Menu menu("edits", all ? 11 : 7, 224); menu) {
    if (all) {
      for (const BarCommand& command : kButtons) {
        if (menu.item(say(command.name), command.icon)) emit(OpenKeyBulk{command.edit});
      }
      menu.separator();
    }
    for (const BarCommand& command : kInMenu) {
      if (menu.item(say(command.name), command.icon)) emit(OpenKeyBulk{command.edit});
    }
    menu.separator();
    draw_export_items(state, menu, emit);
    if (all) {
      menu.separator();
      if (menu.item(say(TextId::DeleteEllipsis), Icon::Trash, true))
        emit(AskDeleteKeys{state.keys.selected.ids()});
    }
  }
  ImGui::PopID();
}

float commands_width(const Phrasebook& say) {
  float width = button_width(say(TextId::MoreActions), {.icon = Icon::ChevronDown, .small = true}) +
                button_width(say(TextId::DeleteEllipsis), {.small = true}) + space::kTightGap;
  for (const BarCommand& command : kButtons)
    width += button_width(say(command.name), {.small = true}) + space::kTightGap;
  return width;
}

void draw_commands(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  for (const BarCommand& command : kButtons) {
    if (button(say(command.name), {.small = true})) emit(OpenKeyBulk{command.edit});
    ImGui::SameLine(0, space::kTightGap);
  }
  draw_more(state, false, emit);
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(TextId::DeleteEllipsis), {.kind = ButtonKind::Danger, .small = true}))
    emit(AskDeleteKeys{state.keys.selected.ids()});
}

/// How many are selected, and the ways to select others, as far as there is room.
void draw_selected(const AppState& state, float room, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeysPageState& keys = state.keys;
  const float end = ImGui::GetCursorScreenPos().x + room;
  const auto fits = [end](const Text& label) {
    return ImGui::GetItemRectMax().x + space::kSection + measure(label).x <= end;
  };
  text(say(TextId::SelectedCount, {count_text(keys.selected.size()).str()}),
       {.face = Face::Semibold, .colour = theme().accent.text});
  const std::size_t hidden = keys.selected.size() - keys.selected_shown;
  const Text beyond = say(TextId::SelectedHidden, {count_text(hidden).str()});
  if (hidden > 0 && fits(beyond)) {
    ImGui::SameLine(0, space::kTightGap);
    text(beyond, {.colour = theme().secondary});
  }
  const auto offer = [&](const Text& label, auto action) {
    if (!fits(label)) return;
    ImGui::SameLine(0, space::kSection);
    if (link(label, type::kBody)) emit(action);
  };
  offer(say(TextId::ClearSelection), ClearKeySelection{});
  if (keys.selected_shown < keys.shown().size())
    offer(say(TextId::SelectShown, {count_text(keys.shown().size()).str()}), SelectShownKeys{true});
  offer(say(TextId::InvertSelection), InvertShownKeys{});
}

void draw_progress(const AppState& state, ImVec2 min, float width) {
  const BulkRun& run = *state.keys.run;
  const std::size_t gone = run.done + run.failed;
  const Text label =
      state.phrasebook()(TextId::BulkRunning, {count_text(gone).str(), count_text(run.total).str()});
  ImGui::SetCursorScreenPos({min.x + space::kSection, min.y + (kBarHeight - type::kBody) / 2});
  text(label, {.colour = theme().accent.text});
  const float left = ImGui::GetItemRectMax().x + space::kSection;
  const float room = min.x + width - space::kSection - left;
  const float share = run.total == 0 ? 0 : static_cast<float>(gone) / static_cast<float>(run.total);
  paint_bar({left, min.y + kBarHeight / 2 - 3}, room, share, theme().accent.fill);
  describe_text(label, {left, min.y}, {left + room, min.y + kBarHeight}, Role::Progressbar);
}

/// Ctrl+A selects what is shown, Escape lets go.
void take_selection_keys(const AppState& state, const Emit& emit) {
  const bool busy = state.keys.overlay != KeyOverlay::None || !state.keys.asking_to_delete.empty() ||
                    ImGui::GetIO().WantTextInput || ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup);
  if (busy) return;
  if (ImGui::GetIO().KeyCtrl && ImGui::IsKeyPressed(ImGuiKey_A, false)) emit(SelectShownKeys{true});
  if (!state.keys.selected.empty() && surface().take_escape()) emit(ClearKeySelection{});
}

}  // namespace

void draw_key_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool narrow = is_narrow();
  const float filters = filters_width(state);
  const float exports = button_height({.small = true}) + space::kTightGap;
  const float columns = narrow ? 0
                               : button_width(state.phrasebook()(TextId::Columns), columns_style()) +
                                     space::kTightGap + exports;
  const bool one_line = width - filters - columns - space::kGap >= 360;
  const float field = surface().field_height();
  const float beside = columns + (one_line ? filters + space::kGap : 0);
  draw_search(state, drafts, width - beside, emit);
  if (!narrow) {
    ImGui::SetCursorScreenPos(
        {at.x + width - columns + space::kTightGap, at.y + (field - button_height({.small = true})) / 2});
    draw_columns(state, width, emit);
    ImGui::SetCursorScreenPos(
        {at.x + width - exports + space::kTightGap, at.y + (field - button_height({.small = true})) / 2});
    draw_export(state, emit);
  }
  if (one_line) {
    ImGui::SetCursorScreenPos({at.x + width - filters - columns, at.y + (field - chip_height()) / 2});
    draw_filters(state, emit);
    ImGui::SetCursorScreenPos({at.x, at.y + field});
    draw_problem(state, width);
  } else {
    ImGui::SetCursorScreenPos({at.x, at.y + field});
    draw_problem(state, width);
    gap(space::kTightGap);
    // Too many for a phone's width: they scroll sideways.
    ImGui::BeginChild("filters", {width, chip_height()}, ImGuiChildFlags_NavFlattened,
                      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollbar);
    draw_filters(state, emit);
    ImGui::EndChild();
  }
  gap(space::kGap);
}

void draw_selection_bar(const AppState& state, float width, const Emit& emit) {
  take_selection_keys(state, emit);
  if (state.keys.selected.empty() && !state.keys.run) return;
  const Phrasebook say = state.phrasebook();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  paint_box(min, {min.x + width, min.y + kBarHeight}, theme().accent.wash, 0, radius::kCard);
  if (state.keys.run) {
    draw_progress(state, min, width);
  } else {
    const ButtonStyle more{.icon = Icon::ChevronDown, .small = true};
    const float all = commands_width(say);
    const bool roomy = width - all > 240;
    const float commands = roomy ? all : button_width(say(TextId::MoreActions), more);
    ImGui::SetCursorScreenPos({min.x + space::kSection, min.y + (kBarHeight - type::kBody) / 2});
    draw_selected(state, width - commands - space::kSection - 2 * space::kGap, emit);
    ImGui::SetCursorScreenPos(
        {min.x + width - commands - space::kGap, min.y + (kBarHeight - button_height({.small = true})) / 2});
    roomy ? draw_commands(state, emit) : draw_more(state, true, emit);
  }
  ImGui::SetCursorScreenPos({min.x, min.y + kBarHeight});
  gap(space::kGap);
}

}  // namespace geminate::ui
