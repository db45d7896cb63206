#include <algorithm>

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

/// A single key may get its description and project at once; several get theirs later, in bulk.
void draw_single_fields(const AppState& state, KeyForm& form, float width, bool disabled) {
  const Phrasebook say = state.phrasebook();
  const float column = (width - space::kGap) / 2;
  const FieldStyle style{.width = column, .disabled = disabled};
  form_field(say(TextId::FieldDescription), form.description, style, error_of(state, "description"));
  ImGui::SameLine(0, space::kGap);
  form_field(say(TextId::FieldProject), form.project, style, error_of(state, "project"));
}

/// The other ways in: a file that is chosen or dropped.
void draw_file_choice(const Phrasebook& say, float width, bool disabled, const Emit& emit) {
  const ButtonStyle style{.icon = Icon::Upload, .disabled = disabled, .small = true};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (button(say(TextId::ChooseFile), style)) emit(PickKeyFile{});
  const float side = button_width(say(TextId::ChooseFile), style) + space::kGap;
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const float height = measure(say(TextId::DropHint), quiet, width - side).y;
  const float drop = std::max(0.0F, (button_height(style) - height) / 2);
  ImGui::SetCursorScreenPos({at.x + side, at.y + drop});
  paragraph(say(TextId::DropHint), quiet, width - side);
  ImGui::SetCursorScreenPos({at.x, at.y + std::max(button_height(style), height)});
  ImGui::Dummy({width, 0});
}

}  // namespace

void draw_add_keys(const AppState& state, Drafts& drafts, const Emit& emit) {
  if (state.keys.import.stage != ImportStage::Write) return draw_key_import(state, emit);
  const Phrasebook say = state.phrasebook();
  Dialog dialog("add", say(TextId::AddKeysTitle), Dialog::Form::Middle, 520);
  const float width = dialog.inner_width();
  const bool saving = state.keys.saving;
  const std::size_t count = read_import(drafts.key_texts).entries.size();
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
  draw_file_choice(say, width, saving, emit);
  if (count <= 1) draw_single_fields(state, drafts.key, width, saving);
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const Text command = saving      ? say(TextId::Saving)
                       : count > 1 ? say(TextId::ImportPreviewCount, {std::to_string(count)})
                                   : say(TextId::AddKey);
  const bool nothing = drafts.key_texts.find_first_not_of(" \t\r\n") == std::string::npos;
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = saving || nothing};
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
