#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {
namespace {

void send_one_new(Step& step, std::string text) {
  KeysPageState& page = step.state.keys;
  auto draft = key_draft_of(step.drafts.key, std::move(text), step.state.zone_minutes, page.field_errors);
  if (!draft) return;
  page.saving = true;
  step.send(SendNewKey{*std::move(draft)});
}

/// The refused ones stay in the field, to be looked at and tried again.
std::string refused_texts(const std::string& sent, const std::vector<RejectedKey>& rejected) {
  const std::vector<std::string> texts = split_keys(sent);
  std::string left;
  for (const RejectedKey& key : rejected) {
    if (key.position < 1 || key.position > static_cast<std::int64_t>(texts.size())) continue;
    left += texts[static_cast<std::size_t>(key.position - 1)] + "\n";
  }
  return left;
}

}  // namespace

void close_overlay(Step& step, KeysPageState& page) {
  page.overlay = KeyOverlay::None;
  page.asking_to_delete.clear();
  page.field_errors.clear();
  page.import_result.reset();
  page.conflict = false;
  // A key's text stays no longer than its dialog, unless its request may still come back with a fault.
  if (!page.saving) step.drafts.key_texts.clear();
}

void on(Step& step, const OpenKey& action) {
  const UpstreamKeyView* row = step.state.keys.find(action.id);
  if (row == nullptr) return;
  open_form<KeyRows>(step, *row);
  begin_story(step, action.id);
}

void on(Step& step, const OpenAddKeys&) {
  KeysPageState& page = step.state.keys;
  close_overlay(step, page);
  page.saving = false;
  page.overlay = KeyOverlay::Add;
  step.drafts.key = {};
  step.drafts.key_texts.clear();
}

void on(Step& step, const SubmitNewKeys&) {
  KeysPageState& page = step.state.keys;
  if (page.saving) return;
  page.field_errors.clear();
  page.import_result.reset();
  std::vector<std::string> texts = split_keys(step.drafts.key_texts);
  if (texts.empty()) {
    page.field_errors["key_string"] = {TextId::FieldRequired, {}};
  } else if (texts.size() == 1) {
    send_one_new(step, std::move(texts.front()));
  } else {
    page.saving = true;
    step.send(SendKeyImport{{step.drafts.key_texts}});
  }
}

void on(Step& step, const SaveKey& action) { save_form<KeyRows>(step, action.id); }

void on(Step& step, const SetKeysActive& action) {
  KeysPageState& page = step.state.keys;
  if (action.ids.size() > 1)
    return start_edit(step, action.ids, action.active ? KeyEdit::Enable : KeyEdit::Disable);
  if (!action.ids.empty() && page.busy.insert(action.ids.front()).second)
    send_switch<KeyRows>(step, action.ids.front(), action.active);
}

void on(Step& step, const AskDeleteKeys& action) { step.state.keys.asking_to_delete = action.ids; }

void on(Step& step, const DeleteKeys& action) {
  KeysPageState& page = step.state.keys;
  page.asking_to_delete.clear();
  if (action.ids.size() > 1) return start_edit(step, action.ids, KeyEdit::Delete);
  if (!action.ids.empty() && page.busy.insert(action.ids.front()).second)
    step.send(SendKeyDeletion{action.ids.front()});
}

void on(Step& step, const KeyAdded& event) {
  KeysPageState& page = step.state.keys;
  edit_answered(step, page);
  page.saving = false;
  put_row(page, event.row);
  if (page.overlay == KeyOverlay::Add) close_overlay(step, page);
  step.drafts.key_texts.clear();
  step.announce({TextId::KeyAdded, {shown_name(event.row)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const KeysImported& event) {
  KeysPageState& page = step.state.keys;
  const KeyImportResult& result = event.result;
  edit_answered(step, page);
  page.saving = false;
  if (result.rejected.empty()) {
    if (page.overlay == KeyOverlay::Add) close_overlay(step, page);
  } else {
    reopen(page, KeyOverlay::Add);
    page.import_result = result;
    step.drafts.key_texts = refused_texts(step.drafts.key_texts, result.rejected);
    step.toast(Tone::Warning, {TextId::KeysRefused, {std::to_string(result.rejected.size())}});
  }
  step.announce({TextId::KeysImported, {std::to_string(result.added), std::to_string(result.duplicates)}},
                TextId::MemoryNoteChange);
  // The answer has no rows.
  step.fetch_keys();
}

void on(Step& step, const KeySaved& event) { row_saved<KeyRows>(step, event.row, event.change); }

void on(Step& step, const KeyDeleted& event) { row_deleted<KeyRows>(step, event.id); }

void failed(Step& step, const SendNewKey&, const Failure& failure) {
  KeysPageState& page = step.state.keys;
  page.saving = false;
  if (!blames_form(failure) || !reopen(page, KeyOverlay::Add)) return step.complain(failure);
  if (failure.status == 409) {
    page.field_errors["key_string"] = {TextId::FieldNothingNew, {}};
  } else {
    show_fault(page, failure);
  }
}

void failed(Step& step, const SendKeyImport&, const Failure& failure) {
  KeysPageState& page = step.state.keys;
  page.saving = false;
  if (!blames_form(failure) || !reopen(page, KeyOverlay::Add)) return step.complain(failure);
  page.field_errors["key_string"] = {TextId::ServerSays, {failure.message}};
}

void failed(Step& step, const SendKeyPatch& request, const Failure& failure) {
  patch_failed<KeyRows>(step, request, failure);
}

void failed(Step& step, const SendKeyDeletion& request, const Failure& failure) {
  deletion_failed<KeyRows>(step, request.id, failure);
}

}  // namespace geminate::ui
