#include <utility>

#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {
namespace {

std::vector<const UpstreamKeyView*> rows_of(const KeysPageState& page, const std::vector<KeyId>& ids) {
  std::vector<const UpstreamKeyView*> rows;
  rows.reserve(ids.size());
  for (const KeyId id : ids) {
    if (const UpstreamKeyView* row = page.find(id)) rows.push_back(row);
  }
  return rows;
}

void send_next(Step& step) {
  KeysPageState& page = step.state.keys;
  const KeyBulk& body = page.run->steps[page.run->next].send;
  page.busy.insert(body.ids.begin(), body.ids.end());
  step.send(SendKeyBulk{body});
}

TextId text_of(const BulkRun& run) {
  if (run.undoing) return TextId::KeysUndone;
  switch (run.edit) {
    case KeyEdit::Enable:
      return TextId::KeysEnabled;
    case KeyEdit::Disable:
      return TextId::KeysDisabled;
    case KeyEdit::Check:
      return TextId::KeysBeingChecked;
    case KeyEdit::Delete:
      return TextId::KeysDeleted;
    default:
      return TextId::KeysChanged;
  }
}

/// The last answer came: say how it went, and offer to take it back.
void finish(Step& step) {
  KeysPageState& page = step.state.keys;
  const BulkRun run = *std::exchange(page.run, std::nullopt);
  if (run.done > 0) {
    const bool action = run.edit == KeyEdit::Delete;
    step.announce({text_of(run), {std::to_string(run.done)}},
                  action ? TextId::MemoryNoteAction : TextId::MemoryNoteChange);
    page.undo = {};
    if (!run.undo.empty() && !run.undoing) {
      step.state.toasts.back().undo = true;
      step.state.toasts.back().disappears_at = step.state.now + kUndoSeconds;
      page.undo = {step.state.last_toast, run.edit, run.undo};
    }
  }
  if (run.failed > 0) {
    page.failed_run = run;
    if (run.done == 0 && run.faults.size() == 1) {
      step.toast(Tone::Bad, run.faults.front().why);  // all of it, for one reason: that is no report
    } else if (page.overlay == KeyOverlay::None) {
      page.overlay = KeyOverlay::BulkReport;
    } else {
      step.toast(Tone::Bad, {TextId::BulkFailedSome, {std::to_string(run.failed)}});
    }
  }
  // The answers have no rows.
  step.fetch_keys();
}

/// Goes on with the next step, unless there is none.
void advance(Step& step) {
  BulkRun& run = *step.state.keys.run;
  ++run.next;
  run.next < run.steps.size() ? send_next(step) : finish(step);
}

void fail_step(BulkRun& run, const BulkStep& step, const Message& why) {
  run.failed += step.send.ids.size();
  run.failed_steps.push_back(step);
  if (!run.faults.empty() && run.faults.back().why.id == why.id &&
      run.faults.back().why.arguments == why.arguments) {
    run.faults.back().keys += step.send.ids.size();
  } else {
    run.faults.push_back({step.send.ids.size(), why});
  }
}

void replan(Step& step) {
  KeysPageState& page = step.state.keys;
  page.plan = plan_bulk(rows_of(page, page.selected.ids()), page.plan.edit, step.drafts.bulk_value);
}

}  // namespace

void start_run(Step& step, BulkRun run) {
  KeysPageState& page = step.state.keys;
  if (page.run || run.steps.empty()) return;
  page.run = std::move(run);
  send_next(step);
}

void start_edit(Step& step, const std::vector<KeyId>& ids, KeyEdit edit) {
  BulkPlan plan = plan_bulk(rows_of(step.state.keys, ids), edit, {});
  start_run(step, run_of(edit, std::move(plan.steps)));
}

void on(Step& step, const OpenKeyBulk& action) {
  KeysPageState& page = step.state.keys;
  if (page.run || page.selected.empty()) return;
  page.overlay = KeyOverlay::Bulk;
  page.plan = {};
  page.plan.edit = action.edit;
  step.drafts.bulk_value.clear();
  replan(step);
}

void on(Step& step, const PlanKeyBulk&) { replan(step); }

void on(Step& step, const SubmitKeyBulk&) {
  KeysPageState& page = step.state.keys;
  replan(step);
  if (page.plan.problem || page.plan.steps.empty()) return;
  page.overlay = KeyOverlay::None;
  start_run(step, run_of(page.plan.edit, std::exchange(page.plan.steps, {})));
}

void on(Step& step, const RetryKeyBulk&) {
  KeysPageState& page = step.state.keys;
  page.overlay = KeyOverlay::None;
  BulkRun failed = std::exchange(page.failed_run, {});
  BulkRun again = run_of(failed.edit, std::move(failed.failed_steps));
  again.undoing = failed.undoing;
  start_run(step, std::move(again));
}

void on(Step& step, const UndoKeys& action) {
  KeysPageState& page = step.state.keys;
  if (page.run || page.undo.toast != action.toast || page.undo.steps.empty()) return;
  std::vector<BulkStep> steps;
  for (KeyBulk& send : page.undo.steps) steps.push_back({std::move(send), {}});
  BulkRun run = run_of(page.undo.edit, std::move(steps));
  run.undoing = true;
  page.undo = {};
  on(step, DismissToast{action.toast});
  start_run(step, std::move(run));
}

void on(Step& step, const KeysChanged& event) {
  KeysPageState& page = step.state.keys;
  edit_answered(step, page);
  for (const KeyId id : event.request.ids) page.busy.erase(id);
  if (event.request.action == BulkAction::Delete) remove_rows(page, event.request.ids);
  if (!page.run) return step.fetch_keys();
  BulkStep& answered = page.run->steps[page.run->next];
  page.run->done += event.request.ids.size();
  for (KeyBulk& undo : answered.undo) page.run->undo.push_back(std::move(undo));
  advance(step);
}

void failed(Step& step, const SendKeyBulk& request, const Failure& failure) {
  KeysPageState& page = step.state.keys;
  for (const KeyId id : request.body.ids) page.busy.erase(id);
  if (!page.run) return step.complain(failure);
  BulkRun& run = *page.run;
  const Message why = describe(failure);
  fail_step(run, run.steps[run.next], why);
  if (failure.kind == FailureKind::Refused) return advance(step);
  // A server that is gone fails the rest as well; nobody waits for it step by step.
  while (++run.next < run.steps.size()) fail_step(run, run.steps[run.next], why);
  finish(step);
}

}  // namespace geminate::ui
