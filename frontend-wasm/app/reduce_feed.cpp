#include <algorithm>

#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/reducer.h"

namespace geminate::ui {
namespace {

/// Between two looks at a list that changes all the time.
constexpr double kFollowSeconds = 1;
/// Seconds for which "a minute ago" may stand there while nothing else moves.
constexpr double kTimesHold = 30;

/// When what the list on screen shows was last used.
std::optional<Timestamp> last_use_shown(const AppState& state) {
  if (state.page == Page::Keys && state.keys.loading == Loading::Done) return state.keys.counts.last_used;
  std::optional<Timestamp> last;
  if (state.page != Page::Tokens) return last;
  for (const ClientTokenView& token : state.tokens.tokens) last = std::max(last, token.last_used_at);
  return last;
}

/// When a list that the feed tells of is to be asked for, while one looks at it.
double follow_at(const Refresh& refresh) { return refresh.due_at - (kRefreshSeconds - kFollowSeconds); }

}  // namespace

void follow_feed(Step& step) {
  AppState& state = step.state;
  FeedState& feed = state.feed;
  const bool wanted = state.session.is_open && state.visible && !state.connection.lost;
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
  feed.keys_moved = feed.tokens_moved = true;
  state.dashboard.pool.timeline_watch.moved = true;
  step.redraw();
}

void on(Step& step, const FeedSaid& event) {
  if (event.event == "request" || event.event == "lagged") {
    requests_moved(step);
    usage_moved(step);
  }
  if (event.event == "keys" || event.event == "lagged") step.state.feed.keys_moved = true;
  if (event.event == "tokens" || event.event == "lagged") step.state.feed.tokens_moved = true;
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
  return is_shown ? follow_at(state.keys.refresh) : state.keys.refresh.due_at;
}

void follow_tokens(Step& step) {
  const auto due = tokens_due(step.state);
  if (due && step.state.now >= *due) step.fetch_tokens();
}

std::optional<double> tokens_due(const AppState& state) {
  if (!state.feed.tokens_moved || state.tokens.refresh.running || state.page != Page::Tokens)
    return std::nullopt;
  return follow_at(state.tokens.refresh);
}

std::optional<double> times_due(const AppState& state) {
  const auto last_used = last_use_shown(state);
  if (!last_used || state.wall_now - *last_used > std::chrono::hours(1)) return std::nullopt;
  const Refresh& refresh = state.page == Page::Keys ? state.keys.refresh : state.tokens.refresh;
  const std::chrono::duration<double> shown_for = state.wall_now - refresh.drawn_at;
  return state.now + std::max(0.0, kTimesHold - shown_for.count());
}

void follow_times(Step& step) {
  AppState& state = step.state;
  const auto due = times_due(state);
  if (!due || state.now < *due) return;
  (state.page == Page::Keys ? state.keys.refresh : state.tokens.refresh).drawn_at = state.wall_now;
  step.redraw();
}

}  // namespace geminate::ui
