#include <algorithm>
#include <utility>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/row_edits.h"

// Adding keys: one with its settings at once, many after a preview.

namespace geminate::ui {
namespace {

constexpr const char* kTextFiles = ".txt,.csv,.tsv,.json,text/*,application/json";

void send_one_new(Step& step, std::string text) {
  KeysPageState& page = step.state.keys;
  auto draft = key_draft_of(step.drafts.key, std::move(text), step.state.zone_minutes, page.field_errors);
  if (!draft) return;
  page.saving = true;
  step.send(SendNewKey{*std::move(draft)});
}

void send_slice(Step& step) {
  KeyImportState& import = step.state.keys.import;
  import.problem.reset();
  import.asked = std::min(kKeysASlice, import.queue.size() - import.answered);
  step.send(SendKeyImport{import_slice(import), import.serial});
}

/// Asks the server about all rows of that fate, slice by slice.
void begin(Step& step, ImportStage stage, ImportFate about) {
  KeyImportState& import = step.state.keys.import;
  import.stage = stage;
  import.answered = 0;
  import.stopping = false;
  import.queue.clear();
  for (std::size_t i = 0; i < import.rows.size(); ++i) {
    if (import.rows[i].fate == about) import.queue.push_back(static_cast<std::uint32_t>(i));
  }
  send_slice(step);
}

void preview(Step& step, ImportReading reading, std::optional<std::string> source) {
  KeyImportState& import = step.state.keys.import;
  const std::uint64_t serial = import.serial + 1;
  import = {};
  import.serial = serial;
  import.source = std::move(source);
  import.by_line = reading.by_line;
  import.rows = import_rows(std::move(reading));
  begin(step, ImportStage::Check, ImportFate::Unknown);
}

/// How it went; a report only where there is something left to do.
void finish(Step& step) {
  KeysPageState& page = step.state.keys;
  KeyImportState& import = page.import;
  for (ImportRow& row : import.rows) {
    if (row.fate == ImportFate::New) row.fate = ImportFate::Unsent;
  }
  import.filter = ImportFilter::All;
  count_import(import);
  const ImportCounts counts = import.counts;
  if (counts.added > 0) {
    step.announce({TextId::KeysImported, {std::to_string(counts.added), std::to_string(counts.duplicate)}},
                  TextId::MemoryNoteChange);
    // The answers have no rows.
    step.fetch_keys();
  }
  import.stage = ImportStage::Report;
  if (counts.rejected + counts.unsent > 0 || page.overlay != KeyOverlay::Add) return;
  close_overlay(step, page);
}

bool is_awaited(const KeyImportState& import, std::uint64_t serial) {
  return import.serial == serial && import.running();
}

}  // namespace

void forget_import(Step& step) {
  KeyImportState& import = step.state.keys.import;
  const std::uint64_t serial = import.serial + 1;
  import = {};
  import.serial = serial;
  step.drafts.key_texts.clear();
}

void on(Step& step, const SubmitNewKeys&) {
  KeysPageState& page = step.state.keys;
  if (page.saving || page.import.running()) return;
  page.field_errors.clear();
  if (page.import.stage == ImportStage::Preview) {
    if (page.import.counts.fresh > 0) begin(step, ImportStage::Send, ImportFate::New);
    return;
  }
  ImportReading reading = read_import(step.drafts.key_texts);
  if (reading.problem) {
    page.field_errors["key_string"] =
        reading.problem->id == TextId::ImportNoKeys ? Message{TextId::FieldRequired, {}} : *reading.problem;
  } else if (reading.entries.size() == 1 && !reading.entries.front().has_settings()) {
    send_one_new(step, std::move(reading.entries.front().key));
  } else {
    preview(step, std::move(reading), std::nullopt);
  }
}

void on(Step& step, const PickKeyFile&) { step.effects.emplace_back(PickFiles{kTextFiles}); }

void on(Step& step, const OfferKeyFile& action) {
  KeysPageState& page = step.state.keys;
  const bool elsewhere = page.overlay != KeyOverlay::None && page.overlay != KeyOverlay::Add;
  const bool welcome = step.state.session.is_open && step.state.page == Page::Keys && !elsewhere &&
                       page.asking_to_delete.empty() && !page.saving && !page.import.running();
  // A paste is meant for the dialog only while that is open.
  if (!welcome || (action.name.empty() && page.overlay != KeyOverlay::Add)) return;
  if (page.overlay == KeyOverlay::None) on(step, OpenAddKeys{});
  page.field_errors.clear();
  ImportReading reading = read_import(action.content);
  if (!reading.problem) return preview(step, std::move(reading), action.name);
  page.import.stage = ImportStage::Write;
  ++page.import.serial;
  page.field_errors["key_string"] = *reading.problem;
}

void on(Step& step, const FilterImport& action) {
  step.state.keys.import.filter = action.filter;
  count_import(step.state.keys.import);
}

void on(Step& step, const ReviseImport&) {
  KeysPageState& page = step.state.keys;
  if (page.import.running()) return;
  std::string text = page.import.source ? std::string() : std::move(step.drafts.key_texts);
  forget_import(step);
  step.drafts.key_texts = std::move(text);
}

void on(Step& step, const RetryImport&) {
  KeysPageState& page = step.state.keys;
  if (page.import.stage == ImportStage::Report) return begin(step, ImportStage::Send, ImportFate::Unsent);
  if (page.import.problem) send_slice(step);
}

void on(Step& step, const StopImport&) { step.state.keys.import.stopping = true; }

void on(Step& step, const ExportKeys& action) {
  const KeysPageState& page = step.state.keys;
  std::vector<const UpstreamKeyView*> rows;
  for (const KeyId id : page.selected.ids()) {
    if (const UpstreamKeyView* row = page.find(id)) rows.push_back(row);
  }
  if (page.selected.empty()) {
    for (const std::uint32_t at : page.shown()) rows.push_back(&page.keys[at]);
  }
  if (rows.empty()) return;
  const std::string day = local_time_text(step.state.wall_now, step.state.zone_minutes).substr(0, 10);
  const std::string ending = action.form == ExportForm::Csv ? ".csv" : ".json";
  step.effects.emplace_back(SaveFile{"geminate-keys-" + day + ending, export_keys(rows, action.form)});
  step.toast(Tone::Good, {TextId::KeysExported, {std::to_string(rows.size())}});
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
  KeyImportState& import = page.import;
  edit_answered(step, page);
  // The dialog is gone, but keys may have come.
  if (!is_awaited(import, event.serial)) return step.fetch_keys();
  take_slice(import, event.result);
  const bool over = import.answered == import.queue.size();
  step.redraw();
  if (!over && !import.stopping) return send_slice(step);
  if (import.stage == ImportStage::Send) return finish(step);
  count_import(import);
  import.stage = ImportStage::Preview;
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

void failed(Step& step, const SendKeyImport& request, const Failure& failure) {
  KeyImportState& import = step.state.keys.import;
  if (!is_awaited(import, request.serial)) return;
  import.asked = 0;
  import.problem = describe(failure);
  if (import.stage == ImportStage::Send) finish(step);
}

}  // namespace geminate::ui
