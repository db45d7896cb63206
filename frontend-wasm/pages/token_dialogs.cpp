#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

Text error_of(const AppState& state, const char* field) {
  const auto found = state.tokens.field_errors.find(field);
  return found == state.tokens.field_errors.end() ? Text() : state.phrasebook()(found->second);
}

/// True when Enter was pressed in one of the fields.
bool draw_fields(const AppState& state, TokenForm& form, float width) {
  const Phrasebook say = state.phrasebook();
  const bool saving = state.tokens.saving;
  const FieldStyle first{.width = width, .disabled = saving, .first = true};
  const FieldStyle limit{.hint = say(TextId::LimitPlaceholder), .width = width, .disabled = saving};
  const FieldStyle time{.hint = say(TextId::FieldExpiresAtHint), .width = width, .disabled = saving};
  bool submitted = false;
  const auto field = [&](TextId label, std::string& value, const FieldStyle& style, const char* api_name) {
    submitted = form_field(say(label), value, style, error_of(state, api_name)).submitted || submitted;
  };
  field(TextId::FieldDescription, form.description, first, "description");
  field(TextId::FieldTokensPerDay, form.max_tokens_per_day, limit, "max_tokens_per_day");
  field(TextId::FieldPerMinute, form.rate_limit_per_minute, limit, "rate_limit_per_minute");
  field(TextId::FieldExpiresAt, form.expires_at, time, "expires_at");
  if (checkbox(say(TextId::FieldActive), form.is_active)) form.is_active = !form.is_active;
  return submitted && !saving;
}

struct FormTexts {
  const char* id;
  Text title;
  TextId command;
};

/// The form of a new token or of one that there is.
void draw_form(const AppState& state, TokenForm& form, const FormTexts& texts, const Action& submit,
               const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool saving = state.tokens.saving;
  Dialog dialog(texts.id, texts.title);
  const float width = dialog.inner_width();
  if (const Text whole = error_of(state, ""); !whole.empty()) banner(Tone::Bad, Icon::Warning, whole);
  const bool entered = draw_fields(state, form, width);
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = saving};
  const Choice choice = draw_choice(say, say(saving ? TextId::Saving : texts.command), main, width);
  if (entered || choice == Choice::Command) emit(submit);
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

/// The secret, this once. It stays until its own button is pressed: a slip beside the dialog must not lose
/// it.
void draw_made(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  Dialog dialog("made", say(TextId::MadeTokenTitle), Dialog::Form::Middle, 560);
  const float width = dialog.inner_width();
  paragraph(say(TextId::MadeTokenWarning), {.colour = theme().secondary}, width);
  // A copy: what is typed into it by accident changes nothing.
  std::string secret = state.tokens.made_secret;
  form_field(say(TextId::WholeToken), secret, {.width = width, .mono = true});
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const ButtonStyle copy{.kind = ButtonKind::Primary, .icon = Icon::Copy};
  const float buttons =
      button_width(say(TextId::Close)) + button_width(say(TextId::CopyToken), copy) + space::kTightGap;
  gap(space::kHair);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - buttons, at.y});
  if (button(say(TextId::Close))) emit(CloseOverlay{});
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(TextId::CopyToken), copy)) emit(CopyText{state.tokens.made_secret});
}

void draw_delete(const AppState& state, const Emit& emit) {
  if (!state.tokens.asking_to_delete) return;
  const TokenId id = *state.tokens.asking_to_delete;
  const ClientTokenView* token = state.tokens.find(id);
  if (token == nullptr) return;
  const Phrasebook say = state.phrasebook();
  Dialog dialog("delete", say(TextId::DeleteTokenTitle, {spoken_name(*token).str()}), Dialog::Form::Middle,
                440);
  const float width = dialog.inner_width();
  paragraph(say(TextId::DeleteTokenBody), {.colour = theme().secondary}, width);
  draw_temporary_note(state, TextId::MemoryNoteAction, width);
  const Choice choice =
      draw_choice(say, say(TextId::DeleteTokenConfirm), {.kind = ButtonKind::Destroy}, width);
  if (choice == Choice::Command) emit(DeleteToken{id});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

}  // namespace

void draw_token_overlays(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TokensPageState& tokens = state.tokens;
  switch (tokens.overlay) {
    case TokenOverlay::Make:
      return draw_form(state, drafts.token, {"make", say(TextId::MakeTokenTitle), TextId::MakeToken},
                       SubmitNewToken{}, emit);
    case TokenOverlay::Made:
      return draw_made(state, emit);
    case TokenOverlay::Edit: {
      const std::string name = spoken_name(tokens.opened_row).str();
      return draw_form(state, drafts.token, {"edit", say(TextId::EditTokenTitle, {name}), TextId::Save},
                       SaveToken{tokens.open_row}, emit);
    }
    case TokenOverlay::None:
      return draw_delete(state, emit);
  }
}

}  // namespace geminate::ui
