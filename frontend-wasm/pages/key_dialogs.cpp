#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

Text error_of(const AppState& state, const char* field) {
  const auto found = state.keys.field_errors.find(field);
  return found == state.keys.field_errors.end() ? Text() : state.phrasebook()(found->second);
}

/// Which keys of an import were refused, and why; never more than a few lines.
void draw_refused(const AppState& state, float width) {
  if (!state.keys.import_result || state.keys.import_result->rejected.empty()) return;
  constexpr std::size_t kMost = 5;
  const Phrasebook say = state.phrasebook();
  const std::vector<RejectedKey>& refused = state.keys.import_result->rejected;
  banner(Tone::Warning, Icon::Warning, say(TextId::KeysRefused, {std::to_string(refused.size())}));
  for (std::size_t i = 0; i < refused.size() && i < kMost; ++i) {
    const std::string mark = "…" + refused[i].key_preview;
    paragraph(say(TextId::KeyRefusedRow, {std::to_string(refused[i].position), mark, refused[i].reason}),
              {.size = type::kDense, .colour = theme().secondary}, width);
  }
}

/// A single key may get its description and project at once; several get theirs later, in bulk.
void draw_single_fields(const AppState& state, KeyForm& form, float width, bool disabled) {
  const Phrasebook say = state.phrasebook();
  const float column = (width - space::kGap) / 2;
  const FieldStyle style{.width = column, .disabled = disabled};
  form_field(say(TextId::FieldDescription), form.description, style, error_of(state, "description"));
  ImGui::SameLine(0, space::kGap);
  form_field(say(TextId::FieldProject), form.project, style, error_of(state, "project"));
}

}  // namespace

void draw_add_keys(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  Dialog dialog("add", say(TextId::AddKeysTitle), Dialog::Form::Middle, 520);
  const float width = dialog.inner_width();
  const bool saving = state.keys.saving;
  const std::size_t count = split_keys(drafts.key_texts).size();
  const FieldStyle keys{.hint = say(TextId::KeyTextsHint),
                        .width = width,
                        .height = 132,
                        .mono = true,
                        .disabled = saving,
                        .first = true};
  const Text found = count > 1 ? say(TextId::KeysFound, {std::to_string(count)}) : Text();
  const Text problem =
      error_of(state, "key_string").empty() ? error_of(state, "") : error_of(state, "key_string");
  form_field(say(TextId::KeyTexts), drafts.key_texts, keys,
             problem.empty() ? error_of(state, "text") : problem, found);
  if (count <= 1) draw_single_fields(state, drafts.key, width, saving);
  draw_refused(state, width);
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const Text command = saving      ? say(TextId::Saving)
                       : count > 1 ? say(TextId::AddCount, {std::to_string(count)})
                                   : say(TextId::AddKey);
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = saving || count == 0};
  const Choice choice = draw_choice(say, command, main, width);
  if (choice == Choice::Command) emit(SubmitNewKeys{});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

void draw_delete_keys(const AppState& state, const Emit& emit) {
  const std::vector<KeyId>& ids = state.keys.asking_to_delete;
  if (ids.empty()) return;
  const Phrasebook say = state.phrasebook();
  const UpstreamKeyView* only = ids.size() == 1 ? state.keys.find(ids.front()) : nullptr;
  const std::string count = std::to_string(ids.size());
  const bool one = ids.size() == 1;
  const Text title = one ? say(TextId::DeleteKeyTitle, {only == nullptr ? "" : spoken_name(*only).str()})
                         : say(TextId::DeleteKeysTitle, {count});
  Dialog dialog("delete", title, Dialog::Form::Middle, 440);
  const float width = dialog.inner_width();
  paragraph(say(one ? TextId::DeleteKeyBody : TextId::DeleteKeysBody), {.colour = theme().secondary}, width);
  draw_temporary_note(state, TextId::MemoryNoteAction, width);
  const Text command = one ? say(TextId::DeleteKeyConfirm) : say(TextId::DeleteKeysConfirm, {count});
  const Choice choice = draw_choice(say, command, {.kind = ButtonKind::Destroy}, width);
  if (choice == Choice::Command) emit(DeleteKeys{ids});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

}  // namespace geminate::ui
