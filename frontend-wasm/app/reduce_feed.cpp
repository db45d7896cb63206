#include <algorithm>

#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/reducer.h"

namespace geminate::ui {

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
  state.dashboard.pool.timeline_watch.moved = true;
  step.redraw();
}

void on(Step& step, const FeedSaid& event) {
  if (event.event == "request" || event.event == "lagged") {
    requests_moved(step);
    usage_moved(step);
  }
  if (event.event == "key" || event.event == "lagged") {
    step.state.feed.keys_moved = true;
    step.state.dashboard.pool.timeline_watch.moved = true;
  }
}

void follow_keys(Step& step) {
  const auto due = keys_due(step.state);
  if (!due || step.state.now < *due) return;
  step.state.feed.keys_moved = false;
  step.fetch_keys();
}

std::optional<double> keys_due(const AppState& state) {
  if (state.keys.refresh.running) return std::nullopt;
  const double soonest = state.keys.refresh.due_at;
  if (state.feed.keys_moved) return soonest;
  // A rest ends by itself, and nothing tells of it. One that was over when the list came ends some other way.
  const auto& next = state.keys.counts.next_return;
  if (state.page != Page::Dashboard || !next || *next <= state.keys.refresh.drawn_at) return std::nullopt;
  constexpr double kAfterwards = 0.5;
  const std::chrono::duration<double> until = *next - state.wall_now;
  return std::max(soonest, state.now + until.count() + kAfterwards);
}

}  // namespace geminate::ui
