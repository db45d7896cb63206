#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/settings_parts.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {
namespace {

constexpr float kValueWidth = 272;
constexpr float kPencil = 44;
constexpr float kRowPadding = 12;
constexpr float kNameLine = 21;

bool is_chinese(const AppState& state) { return state.preferences.language == Language::Chinese; }

Text sentence_of(const AppState& state, const SettingView& setting) {
  return Text::verbatim(is_chinese(state) ? setting.sentence_zh : setting.sentence);
}

Text value_of(const Phrasebook& say, const SettingView& setting) {
  if (setting.kind == SettingKind::Secret)
    return say(setting.is_set ? TextId::SettingSecretSet : TextId::SettingSecretUnset);
  return value_or_none(say, setting.value.value_or(""));
}

/// "changed here · environment 100", "environment · default 600", "default".
Text origin_of(const AppState& state, const SettingView& setting) {
  const Phrasebook say = state.phrasebook();
  std::string words = say(origin_name(setting.origin)).str();
  const std::string& preset = is_chinese(state) ? setting.default_value_zh : setting.default_value;
  if (setting.origin == SettingOrigin::Console && setting.environment_origin != SettingOrigin::Default) {
    words += " · " + say(origin_name(setting.environment_origin)).str() + " " +
             value_or_none(say, setting.environment_value.value_or("")).str();
  } else if (setting.origin != SettingOrigin::Default && setting.kind != SettingKind::Secret) {
    words += " · " + say(TextId::SettingDefaultIs, {value_or_none(say, preset).str()}).str();
  }
  return Text::verbatim(words);
}

TextStyle value_style(const SettingView& setting) {
  const bool words = setting.kind == SettingKind::Secret || setting.value.value_or("").empty();
  return {.size = type::kDense,
          .face = words ? Face::Regular : Face::Mono,
          .colour = setting.is_set || !words ? theme().text : theme().secondary};
}

/// Measures of one row, found once and used to size and to draw it.
struct RowPlan {
  bool narrow;
  float width;     // inside the card's padding
  float sentence;  // the sentence's width
  float room;      // the value's width
  float value;     // the value's height
  float height;
};

RowPlan plan_row(const AppState& state, const SettingView& setting, float width) {
  const Phrasebook say = state.phrasebook();
  RowPlan plan{};
  plan.narrow = width < 640;
  plan.width = width;
  plan.sentence = plan.narrow ? width : width - kValueWidth - kPencil - space::kSection;
  plan.room = plan.narrow ? width : kValueWidth - space::kGap;
  plan.value = measure(value_of(say, setting), value_style(setting), plan.room).y;
  const float words = measure(sentence_of(state, setting), {.size = type::kDense}, plan.sentence).y;
  const float origin = measure(origin_of(state, setting), {.size = type::kLabel}, plan.room).y;
  const float told = kNameLine + words;
  const float said = plan.value + 5 + origin;
  plan.height = 2 * kRowPadding + (plan.narrow ? told + space::kTightGap + said : std::max(told, said));
  return plan;
}

void draw_value(const AppState& state, const SettingView& setting, ImVec2 at, const RowPlan& plan) {
  paint_wrapped(at, value_of(state.phrasebook(), setting), value_style(setting), plan.room);
  const bool changed = setting.origin == SettingOrigin::Console;
  const TextStyle quiet{.size = type::kLabel, .colour = changed ? theme().accent.text : theme().secondary};
  paint_wrapped({at.x, at.y + plan.value + 5}, origin_of(state, setting), quiet, plan.room);
}

void draw_pencil(const Phrasebook& say, const SettingView& setting, ImVec2 at, const Emit& emit) {
  ImGui::SetCursorScreenPos(at);
  const Text name = say(TextId::SettingEditNamed, {setting.name});
  if (icon_button(name, Icon::Edit, {.kind = ButtonKind::Quiet, .small = true}))
    emit(OpenSetting{setting.name});
}

void draw_setting(const AppState& state, const SettingView& setting, ImVec2 at, const RowPlan& plan,
                  const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const float side = button_height({.small = true});
  const float right = at.x + plan.width;
  ImGui::PushID(setting.name.c_str());
  const float name_room = plan.narrow ? plan.width - side - space::kTightGap : plan.sentence;
  paint_text({at.x, at.y + kRowPadding}, Text::verbatim(setting.name),
             {.size = type::kDense, .face = Face::Mono}, name_room);
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  const Text sentence = sentence_of(state, setting);
  const float top = at.y + kRowPadding;
  paint_wrapped({at.x, top + kNameLine}, sentence, quiet, plan.sentence);
  if (plan.narrow) {
    const float words = measure(sentence, quiet, plan.sentence).y;
    draw_value(state, setting, {at.x, top + kNameLine + words + space::kTightGap}, plan);
  } else {
    draw_value(state, setting, {right - kPencil - kValueWidth, top}, plan);
  }
  const std::string spoken = setting.name + " " + value_of(say, setting).str() + " · " +
                             origin_of(state, setting).str() + " · " + sentence.str();
  describe_text(Text::verbatim(spoken), at, {right, at.y + plan.height});
  if (setting.is_editable)
    draw_pencil(say, setting, {right - side + 4, plan.narrow ? at.y + 6 : at.y + (plan.height - side) / 2},
                emit);
  ImGui::PopID();
}

using Rows = std::vector<const SettingView*>;

void draw_section(const AppState& state, const Rows& rows, float width, const Emit& emit) {
  const SettingView& first = *rows.front();
  heading(Text::verbatim(is_chinese(state) ? first.section_zh : first.section), 2);
  gap(space::kTightGap);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float padding = is_narrow() ? 14 : space::kCardX;
  std::vector<RowPlan> plans;
  float height = 0;
  for (const SettingView* row : rows) {
    plans.push_back(plan_row(state, *row, width - 2 * padding));
    height += plans.back().height;
  }
  paint_box(min, {min.x + width, min.y + height}, theme().surface, theme().line);
  float y = min.y;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0)
      ImGui::GetWindowDrawList()->AddLine({min.x + padding, y}, {min.x + width - padding, y},
                                          theme().row_line);
    draw_setting(state, *rows[i], {min.x + padding, y}, plans[i], emit);
    y += plans[i].height;
  }
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy({width, height});
  gap(20);
}

void draw_search(const AppState& state, Drafts& drafts, float width) {
  const Phrasebook say = state.phrasebook();
  search_field(say, TextId::SearchSettings, TextId::SearchSettingsHint, drafts.settings.search, width);
}

void draw_filters(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const std::pair<SettingFilter, TextId> filters[] = {
      {SettingFilter::All, TextId::SettingsFilterAll},
      {SettingFilter::Editable, TextId::SettingsFilterEditable},
      {SettingFilter::Changed, TextId::SettingsFilterChanged}};
  ImGui::PushID("filters");
  for (const auto& [filter, name] : filters) {
    if (filter != SettingFilter::All) ImGui::SameLine(0, space::kTightGap);
    if (chip(say(name), Text(), state.settings.filter == filter)) emit(FilterSettings{filter});
  }
  ImGui::PopID();
}

void draw_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool one_line = width >= 760;
  const float field = one_line ? std::min(360.0F, width * 0.5F) : width;
  draw_search(state, drafts, field);
  if (one_line) {
    const float chip_height = surface().touch ? space::kFieldTouch : 30;
    ImGui::SetCursorScreenPos(
        {at.x + field + space::kGap, at.y + (surface().field_height() - chip_height) / 2});
  } else {
    gap(space::kTightGap);
  }
  draw_filters(state, emit);
  ImGui::SetCursorScreenPos({at.x, std::max(ImGui::GetCursorScreenPos().y, at.y + surface().field_height())});
  gap(space::kSection);
}

}  // namespace

TextId origin_name(SettingOrigin origin) {
  switch (origin) {
    case SettingOrigin::Environment:
      return TextId::SettingFromEnvironment;
    case SettingOrigin::File:
      return TextId::SettingFromFile;
    case SettingOrigin::Console:
      return TextId::SettingFromConsole;
    case SettingOrigin::Default:
      break;
  }
  return TextId::SettingFromDefault;
}

void draw_setting_list(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  draw_toolbar(state, drafts, frame.width(), emit);
  Rows rows;
  bool any = false;
  const auto flush = [&] {
    if (!rows.empty()) draw_section(state, rows, frame.width(), emit);
    any = any || !rows.empty();
    rows.clear();
  };
  for (const SettingView& setting : state.settings.settings.value->settings) {
    if (!passes(setting, state.settings.filter) || !matches_search(setting, drafts.settings.search)) continue;
    if (!rows.empty() && rows.front()->section != setting.section) flush();
    rows.push_back(&setting);
  }
  flush();
  if (any) return;
  const Card card("none", {frame.width(), 240});
  empty_state(Icon::Search, say(TextId::NoSettingMatches), Text());
}

}  // namespace geminate::ui
