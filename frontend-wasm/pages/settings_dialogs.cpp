#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/settings_parts.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

Text error_of(const AppState& state, const std::string& field) {
  const auto found = state.settings.field_errors.find(field);
  return found == state.settings.field_errors.end() ? Text() : state.phrasebook()(found->second);
}

void draw_whole_error(const AppState& state) {
  if (const Text whole = error_of(state, ""); !whole.empty()) banner(Tone::Bad, Icon::Warning, whole);
}

/// Memory mode's note, Cancel and the command. True when it is to be sent.
bool draw_end(const AppState& state, const Dialog& dialog, bool entered, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool saving = state.settings.saving;
  draw_temporary_note(state, TextId::MemoryNoteChange, dialog.inner_width());
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = saving};
  const Choice choice =
      draw_choice(say, say(saving ? TextId::Saving : TextId::Save), main, dialog.inner_width());
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
  return !saving && (entered || choice == Choice::Command);
}

/// The words that a choice takes, one of them on.
void draw_choices(const SettingView& setting, std::string& value, const Text& error, float width) {
  ImGui::PushID("choices");
  for (const std::string& word : setting.choices) {
    if (word != setting.choices.front()) ImGui::SameLine(0, space::kTightGap);
    if (chip(Text::verbatim(word), Text(), value == word)) value = word;
  }
  ImGui::PopID();
  if (!error.empty()) paragraph(error, {.size = type::kLabel, .colour = theme().bad.text}, width);
}

/// True when Enter was pressed in it.
bool draw_value_field(const AppState& state, const SettingView& setting, std::string& value, float width) {
  const Phrasebook say = state.phrasebook();
  const bool chinese = state.preferences.language == Language::Chinese;
  const Text error = error_of(state, setting.name);
  if (setting.kind == SettingKind::Choice) return draw_choices(setting, value, error, width), false;
  const std::string& allowed = chinese ? setting.allowed_zh : setting.allowed;
  const Text note = allowed.empty() ? Text() : say(TextId::SettingAllowed, {allowed});
  const FieldStyle style{.width = width, .mono = true, .disabled = state.settings.saving, .first = true};
  const bool entered = form_field(say(TextId::SettingValue), value, style, error, note).submitted;
  if (!error.empty()) paragraph(note, {.size = type::kLabel, .colour = theme().faint}, width);
  return entered;
}

/// The way back to what the environment says, where the console stands before it.
void draw_reset(const AppState& state, const SettingView& setting, float width, const Emit& emit) {
  if (setting.origin != SettingOrigin::Console) return;
  const Phrasebook say = state.phrasebook();
  const Text sentence =
      say(TextId::SettingResetTo, {say(origin_name(setting.environment_origin)).str(),
                                   value_or_none(say, setting.environment_value.value_or("")).str()});
  const ButtonStyle style{.disabled = state.settings.saving, .small = true};
  const float taken = button_width(say(TextId::SettingResetButton), style);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  paragraph(sentence, quiet, width - taken - space::kGap);
  const float bottom = std::max(ImGui::GetItemRectMax().y, at.y + button_height(style));
  ImGui::SetCursorScreenPos({at.x + width - taken, at.y - 6});
  if (button(say(TextId::SettingResetButton), style)) emit(ResetSetting{});
  ImGui::SetCursorScreenPos({at.x, bottom});
}

void draw_setting_dialog(const AppState& state, std::string& value, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const SettingView& setting = state.settings.open_setting;
  const bool chinese = state.preferences.language == Language::Chinese;
  Dialog dialog("setting", say(TextId::SettingEditNamed, {setting.name}), Dialog::Form::Middle, 500);
  const float width = dialog.inner_width();
  draw_whole_error(state);
  paragraph(Text::verbatim(chinese ? setting.sentence_zh : setting.sentence), {.colour = theme().secondary},
            width);
  const bool entered = draw_value_field(state, setting, value, width);
  draw_reset(state, setting, width, emit);
  if (draw_end(state, dialog, entered, emit)) emit(SaveSetting{});
}

/// What holds where the field stays empty.
Text limit_note(const Phrasebook& say, const std::optional<QuotaLimitView>& limit) {
  if (!limit || limit->origin == LimitOrigin::Admin) return say(TextId::QuotaUnknownYet);
  return say(limit->origin == LimitOrigin::Learnt ? TextId::QuotaLearnt : TextId::QuotaBelieved,
             {std::to_string(limit->amount)});
}

bool draw_limit_fields(const AppState& state, QuotaForm& form, float width, bool is_new) {
  const Phrasebook say = state.phrasebook();
  const QuotaView& row = state.settings.open_quota;
  bool entered = false;
  const auto field = [&](TextId label, std::string& typed, const char* name,
                         const std::optional<QuotaLimitView>& limit, bool first) {
    const FieldStyle style{.hint = say(TextId::LimitPlaceholder),
                           .width = width,
                           .disabled = state.settings.saving,
                           .first = first};
    entered = form_field(say(label), typed, style, error_of(state, name), limit_note(say, limit)).submitted ||
              entered;
  };
  field(TextId::RequestsAMinute, form.requests_per_minute, "requests_per_minute", row.requests_per_minute,
        !is_new);
  field(TextId::TokensAMinute, form.tokens_per_minute, "tokens_per_minute", row.tokens_per_minute, false);
  field(TextId::RequestsADay, form.requests_per_day, "requests_per_day", row.requests_per_day, false);
  field(TextId::TokensADay, form.tokens_per_day, "tokens_per_day", row.tokens_per_day, false);
  return entered;
}

void draw_quota_dialog(const AppState& state, QuotaForm& form, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const QuotaView& row = state.settings.open_quota;
  const bool is_new = row.model.empty();
  const Text title =
      is_new ? say(TextId::AddQuota) : say(TextId::EditQuotaTitle, {project_name(say, row).str(), row.model});
  Dialog dialog("quota", title, Dialog::Form::Middle, 480);
  const float width = dialog.inner_width();
  draw_whole_error(state);
  if (is_new) {
    const FieldStyle style{.width = width, .disabled = state.settings.saving, .first = true};
    form_field(say(TextId::QuotaProject), form.project, style, error_of(state, "project"));
    const FieldStyle model{
        .hint = say(TextId::PriceModelHint), .width = width, .disabled = state.settings.saving};
    form_field(say(TextId::QuotaModel), form.model, model, error_of(state, "model"));
  }
  const bool entered = draw_limit_fields(state, form, width, is_new);
  if (draw_end(state, dialog, entered, emit)) emit(SaveQuota{});
}

bool draw_price_fields(const AppState& state, PriceForm& form, float width, bool is_new) {
  const Phrasebook say = state.phrasebook();
  const bool saving = state.settings.saving;
  bool entered = false;
  const auto field = [&](TextId label, std::string& typed, const char* name, bool first) {
    const FieldStyle style{.width = width, .disabled = saving, .first = first};
    entered = form_field(say(label), typed, style, error_of(state, name)).submitted || entered;
  };
  if (is_new) {
    const FieldStyle style{
        .hint = say(TextId::PriceModelHint), .width = width, .disabled = saving, .first = true};
    form_field(say(TextId::QuotaModel), form.model, style, error_of(state, "model"),
               say(TextId::PriceModelNote));
  }
  field(TextId::PriceInput, form.input_usd, "input_usd", !is_new);
  field(TextId::PriceOutput, form.output_usd, "output_usd", false);
  field(TextId::PriceCached, form.cached_usd, "cached_usd", false);
  return entered;
}

void draw_price_dialog(const AppState& state, PriceForm& form, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PriceView& row = state.settings.open_price;
  const bool is_new = row.model.empty();
  Dialog dialog("price", is_new ? say(TextId::AddPrice) : say(TextId::EditPriceTitle, {row.model}));
  const float width = dialog.inner_width();
  draw_whole_error(state);
  const bool entered = draw_price_fields(state, form, width, is_new);
  if (!is_new && !row.is_default) {
    const ButtonStyle style{.disabled = state.settings.saving, .small = true};
    if (button(say(TextId::PriceResetButton), style)) emit(ResetPrice{});
  }
  if (draw_end(state, dialog, entered, emit)) emit(SavePrice{});
}

void draw_alias_dialog(const AppState& state, ModelAlias& form, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const std::string& row = state.settings.open_alias.alias;
  Dialog dialog("alias", row.empty() ? say(TextId::AddAlias) : say(TextId::EditAliasTitle, {row}));
  const float width = dialog.inner_width();
  draw_whole_error(state);
  bool entered = false;
  const auto field = [&](TextId label, std::string& typed, const char* name, TextId hint, TextId note) {
    const FieldStyle style{.hint = hint == TextId::None ? Text() : say(hint),
                           .width = width,
                           .disabled = state.settings.saving,
                           .first = &typed == &form.alias};
    const Text below = note == TextId::None ? Text() : say(note);
    entered = form_field(say(label), typed, style, error_of(state, name), below).submitted || entered;
  };
  field(TextId::AliasName, form.alias, "alias", TextId::AliasNameHint, TextId::AliasNameNote);
  field(TextId::AliasModel, form.model, "model", TextId::PriceModelHint, TextId::None);
  field(TextId::AliasNote, form.note, "note", TextId::None, TextId::None);
  if (!row.empty()) {
    const ButtonStyle style{.disabled = state.settings.saving, .small = true};
    if (button(say(TextId::DeleteAlias), style)) emit(DeleteAlias{});
  }
  if (draw_end(state, dialog, entered, emit)) emit(SaveAlias{});
}

}  // namespace

void draw_settings_overlays(const AppState& state, Drafts& drafts, const Emit& emit) {
  switch (state.settings.overlay) {
    case SettingsOverlay::Setting:
      return draw_setting_dialog(state, drafts.settings.value, emit);
    case SettingsOverlay::Quota:
      return draw_quota_dialog(state, drafts.settings.quota, emit);
    case SettingsOverlay::Price:
      return draw_price_dialog(state, drafts.settings.price, emit);
    case SettingsOverlay::Alias:
      return draw_alias_dialog(state, drafts.settings.alias, emit);
    case SettingsOverlay::None:
      return;
  }
}

}  // namespace geminate::ui
