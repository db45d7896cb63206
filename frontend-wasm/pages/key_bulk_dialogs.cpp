#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

std::string figure(std::size_t count) { return exact_count(static_cast<std::int64_t>(count)).str(); }

TextId title_of(KeyEdit edit) {
  switch (edit) {
    case KeyEdit::Enable:
      return TextId::BulkEnableTitle;
    case KeyEdit::Disable:
      return TextId::BulkDisableTitle;
    case KeyEdit::Check:
      return TextId::BulkCheckTitle;
    case KeyEdit::SetProject:
      return TextId::BulkProjectTitle;
    case KeyEdit::AddTags:
      return TextId::BulkAddTagsTitle;
    case KeyEdit::RemoveTags:
      return TextId::BulkRemoveTagsTitle;
    case KeyEdit::SetTokensPerDay:
      return TextId::BulkTokensTitle;
    case KeyEdit::SetRequestsPerMinute:
      return TextId::BulkPerMinuteTitle;
    case KeyEdit::Delete:
      break;
  }
  return TextId::DeleteEllipsis;
}

struct ValueField {
  TextId label, hint;
};
ValueField field_of(KeyEdit edit) {
  switch (edit) {
    case KeyEdit::SetProject:
      return {TextId::FieldProject, TextId::BulkProjectHint};
    case KeyEdit::SetTokensPerDay:
      return {TextId::FieldTokensPerDay, TextId::LimitPlaceholder};
    case KeyEdit::SetRequestsPerMinute:
      return {TextId::FieldPerMinute, TextId::LimitPlaceholder};
    default:
      return {TextId::FieldTags, TextId::FieldTagsHint};
  }
}

/// What would happen, in figures, before anything does.
void draw_dry_run(const AppState& state, float width) {
  const Phrasebook say = state.phrasebook();
  const BulkPlan& plan = state.keys.plan;
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  const bool checks = plan.edit == KeyEdit::Check;
  const Text changes = plan.changing == 0 ? say(TextId::BulkNothing)
                                          : say(checks ? TextId::BulkDryRunCheck : TextId::BulkDryRun,
                                                {figure(plan.changing)});
  if (!plan.problem) paragraph(changes, {.face = Face::Semibold}, width);
  if (!plan.problem && plan.unchanged > 0)
    paragraph(say(TextId::BulkUnchanged, {figure(plan.unchanged)}), quiet, width);
  const std::size_t hidden = state.keys.selected.size() - state.keys.selected_shown;
  if (hidden > 0)
    paragraph(say(TextId::BulkHidden, {figure(hidden)}),
              {.size = type::kDense, .colour = theme().warning.text}, width);
}

}  // namespace

void draw_key_bulk(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const BulkPlan& plan = state.keys.plan;
  Dialog dialog("bulk", say(title_of(plan.edit)), Dialog::Form::Middle, 460);
  const float width = dialog.inner_width();
  bool submitted = false;
  if (takes_value(plan.edit)) {
    const ValueField field = field_of(plan.edit);
    const FieldStyle style{.hint = say(field.hint), .width = width, .first = true};
    // An empty field is no fault before anybody had the chance to type.
    const bool complain = plan.problem && !drafts.bulk_value.empty();
    const FieldEvent event =
        form_field(say(field.label), drafts.bulk_value, style, complain ? say(*plan.problem) : Text());
    if (event.changed) emit(PlanKeyBulk{});
    submitted = event.submitted;
  }
  draw_dry_run(state, width);
  if (plan.edit != KeyEdit::Check) draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const TextId command = plan.edit == KeyEdit::Check ? TextId::BulkCommandCheck : TextId::BulkCommand;
  const bool possible = !plan.problem && plan.changing > 0;
  const Choice choice = draw_choice(say, say(command, {figure(plan.changing)}),
                                    {.kind = ButtonKind::Primary, .disabled = !possible}, width);
  if (choice == Choice::Command || (submitted && possible)) emit(SubmitKeyBulk{});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

void draw_bulk_report(const AppState& state, const Emit& emit) {
  constexpr std::size_t kMost = 6;
  const Phrasebook say = state.phrasebook();
  const BulkRun& run = state.keys.failed_run;
  Dialog dialog("bulk_report", say(TextId::BulkReportTitle), Dialog::Form::Middle, 480);
  const float width = dialog.inner_width();
  banner(Tone::Warning, Icon::Warning, say(TextId::BulkReportDone, {figure(run.done), figure(run.failed)}));
  for (std::size_t i = 0; i < run.faults.size() && i < kMost; ++i) {
    const Text why = say(run.faults[i].why);
    paragraph(say(TextId::BulkReportFault, {figure(run.faults[i].keys), why.str()}),
              {.size = type::kDense, .colour = theme().secondary}, width);
  }
  const Text again = say(TextId::RetryFailed, {figure(run.failed)});
  const Choice choice = draw_choice(say, again, {.kind = ButtonKind::Primary}, width);
  if (choice == Choice::Command) emit(RetryKeyBulk{});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

}  // namespace geminate::ui
