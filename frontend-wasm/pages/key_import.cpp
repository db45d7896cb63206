#include <algorithm>

#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/data_table.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr float kRowHeight = 34;

Text figure(std::size_t count) { return exact_count(static_cast<std::int64_t>(count)); }

struct Outcome {
  Colour colour = 0;
  Text words{};
};

Text fault_words(const Phrasebook& say, const ImportRow& row) {
  switch (row.fault) {
    case KeyRejection::Empty:
      return say(TextId::FaultEmpty);
    case KeyRejection::TooLong:
      return say(TextId::FaultTooLong);
    case KeyRejection::NotPlain:
      return say(TextId::FaultNotPlain);
    case KeyRejection::Setting:
      break;
  }
  return say(TextId::FaultSetting, {row.reason});
}

Outcome outcome_of(const Phrasebook& say, const ImportRow& row, bool by_line) {
  const Theme& look = theme();
  switch (row.fate) {
    case ImportFate::New:
      return {look.good.text, say(TextId::FateNew)};
    case ImportFate::Added:
      return {look.good.text, say(TextId::FateAdded)};
    case ImportFate::InPool:
      return {look.secondary, say(TextId::FateInPool)};
    case ImportFate::Twice:
      return {look.secondary,
              say(by_line ? TextId::FateTwice : TextId::FateTwicePlace, {std::to_string(row.twin)})};
    case ImportFate::Rejected:
      return {look.bad.text, fault_words(say, row)};
    case ImportFate::Unsent:
      return {look.warning.text, say(TextId::FateUnsent)};
    case ImportFate::Unknown:
      break;
  }
  return {look.faint, say(TextId::FateUnknown)};
}

Text settings_text(const ImportEntry& entry) {
  std::string words;
  for (const std::string* part : {&entry.project, &entry.description, &entry.tags}) {
    if (part->empty()) continue;
    if (!words.empty()) words += " · ";
    words += *part;
  }
  return Text::verbatim(words);
}

void draw_row(const TableRow& place, const AppState& state, bool with_settings) {
  const Phrasebook say = state.phrasebook();
  const KeyImportState& import = state.keys.import;
  const ImportRow& row = import.rows[import.shown[static_cast<std::size_t>(place.index)]];
  const Outcome outcome = outcome_of(say, row, import.by_line);
  const Text mark = Text::verbatim("…" + import_preview(row.entry.key));
  const std::string at = std::to_string(row.entry.place);
  ImGui::PushID(place.index);
  table_row(place, say(TextId::ImportRowName, {at, mark.str(), outcome.words.str()}), false);
  const Within inside;
  table_cell(place, 0, Text::verbatim(at), {.size = type::kDense, .colour = theme().faint});
  table_cell(place, 1, mark, {.size = type::kDense, .face = Face::Mono});
  if (with_settings)
    table_cell(place, 2, settings_text(row.entry), {.size = type::kDense, .colour = theme().secondary});
  table_cell(place, with_settings ? 3 : 2, outcome.words, {.size = type::kDense, .colour = outcome.colour},
             outcome.words);
  ImGui::PopID();
}

void draw_rows(const AppState& state, float width) {
  const Phrasebook say = state.phrasebook();
  const KeyImportState& import = state.keys.import;
  const bool with_settings =
      !is_narrow() && std::any_of(import.rows.begin(), import.rows.end(),
                                  [](const ImportRow& row) { return row.entry.has_settings(); });
  std::vector<TableColumn> columns = {
      {.title = say(import.by_line ? TextId::ImportLine : TextId::ImportPlace),
       .width = is_narrow() ? 44.0F : 64.0F},
      {.title = say(TextId::ColumnServedBy), .width = 84}};
  if (with_settings) columns.push_back({.title = say(TextId::SettingsHeading), .width = 140, .grow = 1});
  columns.push_back({.title = say(TextId::ImportOutcome), .width = 120, .grow = 1});
  const TableSpec spec{.id = "import",
                       .name = say(TextId::ImportPreviewTitle),
                       .columns = &columns,
                       .rows = static_cast<int>(import.shown.size()),
                       .row_height = kRowHeight};
  const float room = ImGui::GetIO().DisplaySize.y - 400;
  const float wanted = space::kTableHead + kRowHeight * static_cast<float>(import.rows.size()) + 2;
  const float least = space::kTableHead + 3 * kRowHeight;
  data_table(spec, {width, std::clamp(wanted, least, std::max(least, std::min(room, 380.0F)))},
             [&](const TableRow& row) { draw_row(row, state, with_settings); });
}

void draw_filters(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeyImportState& import = state.keys.import;
  const ImportCounts& counts = import.counts;
  struct Choice {
    ImportFilter filter;
    TextId name;
    std::size_t count;
  };
  const Choice choices[] = {
      {ImportFilter::All, TextId::CountAll, import.rows.size()},
      {ImportFilter::New, TextId::ImportNew, counts.fresh + counts.added + counts.unsent},
      {ImportFilter::Duplicate, TextId::ImportDuplicate, counts.duplicate},
      {ImportFilter::Rejected, TextId::ImportRejected, counts.rejected}};
  for (const Choice& choice : choices) {
    if (choice.filter != ImportFilter::All) ImGui::SameLine(0, space::kTightGap);
    if (chip(say(choice.name), figure(choice.count), import.filter == choice.filter))
      emit(FilterImport{choice.filter});
  }
}

void draw_source(const AppState& state, float width) {
  const Phrasebook say = state.phrasebook();
  const KeyImportState& import = state.keys.import;
  const Text source = !import.source           ? say(TextId::ImportTyped)
                      : import.source->empty() ? say(TextId::ImportPasted)
                                               : Text::verbatim(*import.source);
  text(say(TextId::ImportFrom, {source.str(), figure(import.rows.size()).str()}),
       {.size = type::kDense, .colour = theme().secondary}, width);
}

void draw_progress(const AppState& state, float width) {
  const KeyImportState& import = state.keys.import;
  const std::size_t total = import.queue.size();
  const TextId words = import.stage == ImportStage::Check ? TextId::ImportChecked : TextId::ImportSent;
  const Text label = state.phrasebook()(words, {figure(import.answered).str(), figure(total).str()});
  text(label, {.size = type::kDense}, width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float share = total == 0 ? 0 : static_cast<float>(import.answered) / static_cast<float>(total);
  paint_bar({at.x, at.y + 2}, width, share, theme().accent.fill);
  describe_text(label, {at.x, at.y}, {at.x + width, at.y + 10}, Role::Progressbar);
  ImGui::Dummy({width, 10});
}

/// A command at the left edge of the line that draw_choice has just filled from the right.
bool draw_left(const Text& label, float left) {
  ImGui::SetCursorScreenPos({left - space::kGap, ImGui::GetItemRectMin().y});
  return button(label, {.kind = ButtonKind::Quiet});
}

TextId title_of(ImportStage stage) {
  switch (stage) {
    case ImportStage::Check:
      return TextId::ImportCheckTitle;
    case ImportStage::Send:
      return TextId::ImportSendTitle;
    case ImportStage::Report:
      return TextId::ImportReportTitle;
    default:
      return TextId::ImportPreviewTitle;
  }
}

void draw_running(const AppState& state, const Dialog& dialog, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeyImportState& import = state.keys.import;
  const bool sends = import.stage == ImportStage::Send;
  const float left = ImGui::GetCursorScreenPos().x;
  draw_progress(state, width);
  if (import.problem) banner(Tone::Bad, Icon::Warning, say(*import.problem));
  const ButtonStyle style{.kind = import.problem ? ButtonKind::Primary : ButtonKind::Secondary,
                          .disabled = import.stopping};
  bool stopped = dialog.dismissed();
  if (import.problem) {
    const Choice choice = draw_choice(say, say(TextId::ImportTryAgain), style, width);
    if (choice == Choice::Command) emit(RetryImport{});
    stopped = stopped || choice == Choice::Cancel;
    if (draw_left(say(TextId::ImportBack), left)) emit(ReviseImport{});
  } else {
    const Text label = say(sends ? TextId::ImportStop : TextId::Cancel);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos({at.x + width - button_width(label, style), at.y});
    stopped = button(label, style) || stopped;
  }
  if (!stopped) return;
  sends ? emit(StopImport{}) : emit(CloseOverlay{});
}

void draw_preview(const AppState& state, const Dialog& dialog, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const std::size_t fresh = state.keys.import.counts.fresh;
  const float left = ImGui::GetCursorScreenPos().x;
  draw_source(state, width);
  draw_filters(state, emit);
  draw_rows(state, width);
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = fresh == 0};
  const Choice choice = draw_choice(say, say(TextId::ImportCount, {figure(fresh).str()}), main, width);
  if (draw_left(say(TextId::ImportBack), left)) emit(ReviseImport{});
  if (choice == Choice::Command) emit(SubmitNewKeys{});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

void draw_report(const AppState& state, const Dialog& dialog, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeyImportState& import = state.keys.import;
  const ImportCounts& counts = import.counts;
  banner(Tone::Warning, Icon::Warning,
         say(TextId::ImportReport, {figure(counts.added).str(), figure(counts.duplicate).str(),
                                    figure(counts.rejected).str(), figure(counts.unsent).str()}));
  if (import.problem)
    paragraph(say(*import.problem), {.size = type::kDense, .colour = theme().bad.text}, width);
  draw_filters(state, emit);
  draw_rows(state, width);
  const bool rest = counts.unsent > 0;
  const Text command = rest ? say(TextId::ImportSendRest, {figure(counts.unsent).str()}) : say(TextId::Close);
  bool close = dialog.dismissed();
  if (rest) {
    const Choice choice = draw_choice(say, command, {.kind = ButtonKind::Primary}, width);
    if (choice == Choice::Command) emit(RetryImport{});
    close = close || choice == Choice::Cancel;
  } else {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos({at.x + width - button_width(command), at.y});
    close = button(command) || close;
  }
  if (close) emit(CloseOverlay{});
}

}  // namespace

void draw_key_import(const AppState& state, const Emit& emit) {
  const ImportStage stage = state.keys.import.stage;
  const bool wide = stage == ImportStage::Preview || stage == ImportStage::Report;
  Dialog dialog("add", state.phrasebook()(title_of(stage)), Dialog::Form::Middle, wide ? 640 : 460);
  const float width = dialog.inner_width();
  if (stage == ImportStage::Preview) return draw_preview(state, dialog, width, emit);
  if (stage == ImportStage::Report) return draw_report(state, dialog, width, emit);
  draw_running(state, dialog, width, emit);
}

}  // namespace geminate::ui
