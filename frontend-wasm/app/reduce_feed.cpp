#include <algorithm>

#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/reducer.h"

namespace geminate::ui {
namespace {

/// Between two looks at a list that changes all the time.
constexpr double kFollowSeconds = 1;

}  // namespace

void follow_feed(Step& step) {
  AppState& state = step.state;
  FeedState& feed = state.feed;
  const bool wanted = state.session.is_admin && state.visible && !state.connection.lost;
  if (wanted != feed.listening) {
    feed = {.listening = wanted};
    step.effects.emplace_back(Listen{wanted});
  } else if (wanted && feed.next_attempt_at != 0 && state.now >= feed.next_attempt_at) {
    feed.next_attempt_at = 0;
    step.effects.emplace_back(Listen{true});
  }
}

void on(Step& step, const FeedTurned& event) {
  AppState& state = step.state;
  FeedState& feed = state.feed;
  if (!feed.listening) return;
  const bool was_up = feed.up;
  feed.up = event.up;
  if (event.up) {
    feed.failures = 0;
    feed.next_attempt_at = 0;
  } else {
    feed.next_attempt_at = state.now + retry_delay(++feed.failures);
    // Whether the session ended or the server went away, the answer to this says it.
    if (was_up || event.status == 401) step.send(FetchSession{});
  }
  // What happened while nobody listened was not told.
  requests_moved(step);
  usage_moved(step);
  feed.keys_moved = true;
  state.dashboard.pool.timeline_watch.moved = true;
  step.redraw();
}

void on(Step& step, const FeedSaid& event) {
  if (event.event == "request" || event.event == "lagged") {
    requests_moved(step);
    usage_moved(step);
  }
  if (event.event == "keys" || event.event == "lagged") step.state.feed.keys_moved = true;
  if (event.event == "key" || event.event == "lagged") step.state.dashboard.pool.timeline_watch.moved = true;
}

void follow_keys(Step& step) {
  const auto due = keys_due(step.state);
  if (!due || step.state.now < *due) return;
  step.fetch_keys();
}

std::optional<double> keys_due(const AppState& state) {
  if (!state.feed.keys_moved || state.keys.refresh.running) return std::nullopt;
  // Whoever looks at the list sees it move.
  const bool is_shown = state.page == Page::Keys;
  return state.keys.refresh.due_at - (is_shown ? kRefreshSeconds - kFollowSeconds : 0);
}

}  // namespace geminate::ui
