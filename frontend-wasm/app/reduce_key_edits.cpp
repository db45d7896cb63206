#include <algorithm>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

/// The name of a row that may be gone meanwhile.
std::string name_of_key(const KeysPageState& page, KeyId id) {
  const UpstreamKeyView* row = page.find(id);
  return row != nullptr ? shown_name(*row) : std::to_string(id);
}

void open_detail(Step& step, const UpstreamKeyView& row) {
  KeysPageState& page = step.state.keys;
  page.overlay = KeyOverlay::Detail;
  page.open_key = row.id;
  page.opened_row = row;
  page.conflict = false;
  page.saving = false;
  page.field_errors.clear();
  step.drafts.key = key_form_of(row, step.state.zone_minutes);
}

/// Closed or hidden meanwhile, the draft comes back with its fault; unless the person went on to something
/// else.
bool reopen(KeysPageState& page, KeyOverlay overlay) {
  if (page.overlay == KeyOverlay::None) page.overlay = overlay;
  return page.overlay == overlay;
}

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

void not_there_any_more(Step& step, KeyId id) {
  KeysPageState& page = step.state.keys;
  if (page.overlay == KeyOverlay::Detail && page.open_key == id) close_overlay(step, page);
  ++page.refresh.edits;
  remove_row(page, id);
  step.toast(Tone::Warning, {TextId::RowGone, {}});
}

void save_failed(Step& step, const SendKeyPatch& request, const Failure& failure) {
  KeysPageState& page = step.state.keys;
  page.saving = false;
  const bool form_is_there = page.opened_row.id == request.id && reopen(page, KeyOverlay::Detail);
  if (!blames_form(failure) || !form_is_there || page.open_key != request.id) return step.complain(failure);
  if (failure.status == 409) {
    page.conflict = true;
    page.field_errors[""] = {TextId::RowMovedOn, {}};
    step.fetch_keys();
  } else {
    page.field_errors[failure.field] = {TextId::ServerSays, {failure.message}};
  }
}

TextId announcement(RowChange change) {
  switch (change) {
    case RowChange::Enabled:
      return TextId::KeyEnabled;
    case RowChange::Disabled:
      return TextId::KeyDisabled;
    case RowChange::Saved:
      break;
  }
  return TextId::KeySaved;
}

void set_one_active(Step& step, KeyId id, bool active) {
  KeyPatch patch;
  patch.is_active = Patch<bool>::to(active);
  step.send(SendKeyPatch{id, patch, active ? RowChange::Enabled : RowChange::Disabled});
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

void rebase_open_key(Step& step, const UpstreamKeyView& latest) {
  KeysPageState& page = step.state.keys;
  const std::int32_t zone = step.state.zone_minutes;
  rebase(step.drafts.key, key_form_of(page.opened_row, zone), key_form_of(latest, zone));
  page.opened_row = latest;
  page.conflict = false;
}

void on(Step& step, const OpenKey& action) {
  if (const UpstreamKeyView* row = step.state.keys.find(action.id)) open_detail(step, *row);
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

void on(Step& step, const SaveKey& action) {
  KeysPageState& page = step.state.keys;
  if (page.saving || page.opened_row.id != action.id) return;
  page.field_errors.clear();
  const auto patch =
      key_patch_of(step.drafts.key, page.opened_row, step.state.zone_minutes, page.field_errors);
  if (!patch) return;
  if (is_empty(*patch)) {
    close_overlay(step, page);
    step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
    return;
  }
  page.saving = true;
  step.send(SendKeyPatch{action.id, *patch, RowChange::Saved});
}

void on(Step& step, const SetKeysActive& action) {
  const std::vector<KeyId> ids = take_idle(step.state.keys, action.ids);
  if (ids.empty()) return;
  if (ids.size() == 1) return set_one_active(step, ids.front(), action.active);
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
  server_answered(step);
  ++page.refresh.edits;
  page.saving = false;
  put_row(page, event.row);
  if (page.overlay == KeyOverlay::Add) close_overlay(step, page);
  step.drafts.key_texts.clear();
  step.announce({TextId::KeyAdded, {shown_name(event.row)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const KeysImported& event) {
  KeysPageState& page = step.state.keys;
  const KeyImportResult& result = event.result;
  server_answered(step);
  ++page.refresh.edits;
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

void on(Step& step, const KeySaved& event) {
  KeysPageState& page = step.state.keys;
  server_answered(step);
  ++page.refresh.edits;
  page.busy.erase(event.row.id);
  put_row(page, event.row);
  const bool is_open = page.overlay == KeyOverlay::Detail && page.open_key == event.row.id;
  if (event.change == RowChange::Saved) {
    page.saving = false;
    if (is_open) close_overlay(step, page);
  } else if (is_open) {
    rebase_open_key(step, event.row);
  }
  step.announce({announcement(event.change), {shown_name(event.row)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const KeyDeleted& event) {
  KeysPageState& page = step.state.keys;
  const std::string name = name_of_key(page, event.id);
  server_answered(step);
  ++page.refresh.edits;
  if (page.overlay == KeyOverlay::Detail && page.open_key == event.id) close_overlay(step, page);
  remove_row(page, event.id);
  step.announce({TextId::KeyDeleted, {name}}, TextId::MemoryNoteAction);
}

void on(Step& step, const KeysChanged& event) {
  KeysPageState& page = step.state.keys;
  server_answered(step);
  ++page.refresh.edits;
  const std::string count = std::to_string(event.result.changed);
  for (const KeyId id : event.request.ids) page.busy.erase(id);
  if (event.request.action == BulkAction::Delete) {
    for (const KeyId id : event.request.ids) remove_row(page, id);
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
    page.field_errors[failure.field] = {TextId::ServerSays, {failure.message}};
  }
}

void failed(Step& step, const SendKeyImport&, const Failure& failure) {
  KeysPageState& page = step.state.keys;
  page.saving = false;
  if (!blames_form(failure) || !reopen(page, KeyOverlay::Add)) return step.complain(failure);
  page.field_errors["key_string"] = {TextId::ServerSays, {failure.message}};
}

void failed(Step& step, const SendKeyPatch& request, const Failure& failure) {
  KeysPageState& page = step.state.keys;
  page.busy.erase(request.id);
  if (failure.status == 404) {
    if (request.change == RowChange::Saved) page.saving = false;
    not_there_any_more(step, request.id);
  } else if (request.change == RowChange::Saved) {
    save_failed(step, request, failure);
  } else {
    step.complain(failure);
  }
}

void failed(Step& step, const SendKeyDeletion& request, const Failure& failure) {
  step.state.keys.busy.erase(request.id);
  if (failure.status == 404) return not_there_any_more(step, request.id);
  step.complain(failure);
}

void failed(Step& step, const SendKeyBulk& request, const Failure& failure) {
  for (const KeyId id : request.body.ids) step.state.keys.busy.erase(id);
  step.complain(failure);
  if (failure.kind == FailureKind::Refused) step.fetch_keys();
}

}  // namespace geminate::ui
