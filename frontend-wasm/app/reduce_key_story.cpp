#include <utility>

#include "frontend-wasm/app/reducer.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {
namespace {

/// A key that names no project is one of its own.
bool belongs_to(const QuotaView& quota, const UpstreamKeyView& key) {
  const bool named = key.project && !key.project->empty();
  return named ? quota.project == *key.project : quota.key_id == key.id;
}

void fetch_history(Step& step) {
  KeyStory& story = step.state.keys.story;
  if (story.history != Loading::Done) story.history = Loading::Running;
  step.send(FetchKeyHistory{story.id});
}

void fetch_usage(Step& step) {
  KeyStory& story = step.state.keys.story;
  if (story.usage_loading != Loading::Done) story.usage_loading = Loading::Running;
  UsageQuery query;
  query.to = step.state.wall_now + std::chrono::seconds(1);
  query.from = *query.to - std::chrono::hours(24);
  query.step = UsageStep::Hour;
  query.group_by = UsageGroup::Key;
  query.id = story.id;
  step.send(FetchKeyUsage{story.id, query});
}

}  // namespace

void begin_story(Step& step, KeyId id) {
  KeyStory& story = step.state.keys.story;
  story = {};
  story.id = id;
  story.quotas_loading = Loading::Running;
  fetch_history(step);
  step.send(FetchQuotas{id});
  fetch_usage(step);
}

void on(Step& step, const CheckOpenKey&) {
  KeyStory& story = step.state.keys.story;
  if (story.checking()) return;
  story.check.reset();
  story.check_asked = true;
  step.send(SendKeyCheck{story.id});
}

void on(Step& step, const ShowWholeHistory&) { step.state.keys.story.all_events = true; }

void on(Step& step, const KeyHistoryLoaded& event) {
  server_answered(step);
  KeyStory& story = step.state.keys.story;
  if (story.id != event.id) return;
  story.history = Loading::Done;
  story.events = event.page.events;
  step.redraw();
}

void on(Step& step, const QuotasLoaded& event) {
  server_answered(step);
  KeyStory& story = step.state.keys.story;
  const UpstreamKeyView* key = step.state.keys.find(event.for_key);
  if (story.id != event.for_key || key == nullptr) return;
  story.quotas_loading = Loading::Done;
  story.quotas.clear();
  for (const QuotaView& quota : event.list.quotas) {
    if (belongs_to(quota, *key)) story.quotas.push_back(quota);
  }
  step.redraw();
}

void on(Step& step, const KeyUsageLoaded& event) {
  server_answered(step);
  KeyStory& story = step.state.keys.story;
  if (story.id != event.id) return;
  story.usage_loading = Loading::Done;
  story.usage = event.report;
  step.redraw();
}

void on(Step& step, const KeyCheckLoaded& event) {
  server_answered(step);
  KeyStory& story = step.state.keys.story;
  // The answer to a drawer that was closed meanwhile.
  const bool awaited = story.check_asked || (story.check && story.check->id == event.job.id);
  if (!awaited) return;
  story.check_asked = false;
  story.check = event.job;
  step.redraw();
  if (event.job.state == CheckState::Running) {
    story.look_again_at = step.state.now + kCheckSeconds;
    return;
  }
  // It may have changed the key's state.
  fetch_history(step);
  step.fetch_keys();
}

void follow_check(Step& step) {
  KeyStory& story = step.state.keys.story;
  const bool runs = story.check && story.check->state == CheckState::Running;
  if (!runs || story.look_again_at == 0 || step.state.now < story.look_again_at) return;
  story.look_again_at = 0;  // until the answer comes
  step.send(FetchKeyCheck{story.check->id});
}

void failed(Step& step, const FetchKeyHistory& request, const Failure&) {
  KeyStory& story = step.state.keys.story;
  if (story.id == request.id && story.history != Loading::Done) story.history = Loading::Failed;
}

void failed(Step& step, const FetchQuotas& request, const Failure&) {
  KeyStory& story = step.state.keys.story;
  if (story.id == request.for_key) story.quotas_loading = Loading::Failed;
}

void failed(Step& step, const FetchKeyUsage& request, const Failure&) {
  KeyStory& story = step.state.keys.story;
  if (story.id == request.id && story.usage_loading != Loading::Done) story.usage_loading = Loading::Failed;
}

void failed(Step& step, const SendKeyCheck& request, const Failure& failure) {
  if (step.state.keys.story.id == request.id) step.state.keys.story.check_asked = false;
  step.complain(failure);
}

void failed(Step& step, const FetchKeyCheck&, const Failure& failure) {
  step.state.keys.story.check.reset();
  step.complain(failure);
}

}  // namespace geminate::ui
