#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {

void close_overlay(Step& step, KeysPageState& page) {
  page.overlay = KeyOverlay::None;
  page.asking_to_delete.clear();
  page.field_errors.clear();
  page.conflict = false;
  // A key's text stays no longer than its dialog, unless its request may still come back with a fault.
  if (!page.saving) forget_import(step);
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
  forget_import(step);
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

void on(Step& step, const KeySaved& event) { row_saved<KeyRows>(step, event.row, event.change); }

void on(Step& step, const KeyDeleted& event) { row_deleted<KeyRows>(step, event.id); }

void failed(Step& step, const SendKeyPatch& request, const Failure& failure) {
  patch_failed<KeyRows>(step, request, failure);
}

void failed(Step& step, const SendKeyDeletion& request, const Failure& failure) {
  deletion_failed<KeyRows>(step, request.id, failure);
}

}  // namespace geminate::ui
