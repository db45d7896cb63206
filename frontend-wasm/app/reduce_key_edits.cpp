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

/// Ids whose request is not on its way already; these now are.
std::vector<KeyId> take_idle(KeysPageState& page, const std::vector<KeyId>& ids) {
  std::vector<KeyId> idle;
  for (const KeyId id : ids) {
    if (page.busy.insert(id).second) idle.push_back(id);
  }
  return idle;
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
  if (const UpstreamKeyView* row = step.state.keys.find(action.id)) open_form<KeyRows>(step, *row);
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
  const std::vector<KeyId> ids = take_idle(step.state.keys, action.ids);
  if (ids.empty()) return;
  if (ids.size() == 1) return send_switch<KeyRows>(step, ids.front(), action.active);
  step.send(SendKeyBulk{{ids, action.active ? BulkAction::Enable : BulkAction::Disable, std::nullopt}});
}

void on(Step& step, const AskDeleteKeys& action) { step.state.keys.asking_to_delete = action.ids; }

void on(Step& step, const DeleteKeys& action) {
  KeysPageState& page = step.state.keys;
  page.asking_to_delete.clear();
  const std::vector<KeyId> ids = take_idle(page, action.ids);
  if (ids.size() == 1) {
    step.send(SendKeyDeletion{ids.front()});
  } else if (!ids.empty()) {
    step.send(SendKeyBulk{{ids, BulkAction::Delete, std::nullopt}});
  }
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

void on(Step& step, const KeysChanged& event) {
  KeysPageState& page = step.state.keys;
  edit_answered(step, page);
  const std::string count = std::to_string(event.result.changed);
  for (const KeyId id : event.request.ids) page.busy.erase(id);
  if (event.request.action == BulkAction::Delete) {
    remove_rows(page, event.request.ids);
    step.announce({TextId::KeysDeleted, {count}}, TextId::MemoryNoteAction);
  } else {
    const bool enabled = event.request.action == BulkAction::Enable;
    step.announce({enabled ? TextId::KeysEnabled : TextId::KeysDisabled, {count}}, TextId::MemoryNoteChange);
  }
  // The answer has no rows.
  step.fetch_keys();
}

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

void failed(Step& step, const SendKeyBulk& request, const Failure& failure) {
  for (const KeyId id : request.body.ids) step.state.keys.busy.erase(id);
  step.complain(failure);
  if (failure.kind == FailureKind::Refused) step.fetch_keys();
}

}  // namespace geminate::ui
