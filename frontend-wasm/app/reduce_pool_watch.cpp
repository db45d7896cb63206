#include <algorithm>
#include <utility>

#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

// While something moves they are asked for again this often.
constexpr double kTimelineSeconds = 10;
constexpr double kForecastSeconds = 20;
constexpr std::int32_t kFailuresAtMost = 200;

/// What was wrong stays in sight until there is an answer.
void begin(Watched& watched, double due_at) {
  watched.running = true;
  watched.moved = false;
  watched.due_at = due_at;
}

void fetch_timeline(Step& step) {
  PoolWatch& watch = step.state.dashboard.pool;
  begin(watch.timeline_watch, step.state.now + kTimelineSeconds);
  step.send(FetchKeyTimeline{});
}

void fetch_forecast(Step& step) {
  PoolWatch& watch = step.state.dashboard.pool;
  begin(watch.forecast_watch, step.state.now + kForecastSeconds);
  UsageQuery query;
  query.to = step.state.wall_now + std::chrono::seconds(1);
  query.from = *query.to - std::chrono::hours(1);
  query.step = UsageStep::Minute;
  query.group_by = UsageGroup::Model;
  watch.capacity.reset();
  watch.recent.reset();
  step.send(FetchCapacity{});
  step.send(FetchRecentUse{query});
}

void make_forecast(Step& step) {
  PoolWatch& watch = step.state.dashboard.pool;
  if (!watch.capacity || !watch.recent) return;
  watch.forecast_watch.running = false;
  watch.forecast_watch.problem.reset();
  watch.forecasts = forecast(*watch.capacity, *watch.recent);
  step.redraw();
}

void watch_failed(Watched& watched, const Failure& failure) {
  watched.running = false;
  watched.moved = true;
  watched.problem = describe(failure);
}

void sum_errors(PoolWatch& watch) {
  std::vector<RequestView> all;
  for (const auto& each : watch.failed) all.insert(all.end(), each.begin(), each.end());
  watch.errors = top_errors(all);
}

bool is_due(const Watched& watched, bool feed_is_up) {
  return !watched.running && (watched.moved || !feed_is_up);
}

}  // namespace

void fetch_pool_watch(Step& step) {
  fetch_timeline(step);
  fetch_forecast(step);
}

void follow_pool_watch(Step& step) {
  const AppState& state = step.state;
  if (state.page != Page::Dashboard) return;
  const PoolWatch& watch = state.dashboard.pool;
  if (is_due(watch.timeline_watch, state.feed.up) && state.now >= watch.timeline_watch.due_at)
    fetch_timeline(step);
  if (is_due(watch.forecast_watch, state.feed.up) && state.now >= watch.forecast_watch.due_at)
    fetch_forecast(step);
}

std::optional<double> pool_watch_due(const AppState& state) {
  if (state.page != Page::Dashboard) return std::nullopt;
  const PoolWatch& watch = state.dashboard.pool;
  std::optional<double> due;
  for (const Watched* each : {&watch.timeline_watch, &watch.forecast_watch}) {
    if (is_due(*each, state.feed.up)) due = std::min(due.value_or(each->due_at), each->due_at);
  }
  return due;
}

void fetch_failures(Step& step) {
  DashboardState& page = step.state.dashboard;
  const UsageReport* report = page.report(UsageGroup::StatusClass);
  for (std::size_t i = 0; i < kFailureGroups.size(); ++i) {
    const std::string_view name = name_of(kFailureGroups[i]);
    const bool any = report != nullptr &&
                     std::any_of(report->series.begin(), report->series.end(), [name](const auto& series) {
                       return series.group == name && series.total.requests > 0;
                     });
    if (!any) {
      page.pool.failed[i].clear();
      continue;
    }
    RequestQuery query;
    query.status_class = kFailureGroups[i];
    query.from = report->from;
    query.limit = kFailuresAtMost;
    step.send(FetchFailures{query, page.serial});
  }
  sum_errors(page.pool);
}

void repaint_pool(AppState& state) {
  static const KeyTimeline kNothing;
  PoolWatch& watch = state.dashboard.pool;
  if (watch.moment.cell && *watch.moment.cell >= std::min(state.keys.keys.size(), kMostCells))
    watch.moment.cell.reset();
  watch.picture = paint_pool(state.keys.keys, watch.timeline ? *watch.timeline : kNothing, watch.moment);
}

void on(Step& step, const ScrubPool& action) {
  PoolWatch& watch = step.state.dashboard.pool;
  watch.moment.at = action.at;
  if (watch.moment.at && watch.timeline) {
    if (*watch.moment.at >= watch.timeline->to) watch.moment.at.reset();
    if (watch.moment.at) watch.moment.at = std::max(*watch.moment.at, watch.timeline->from);
  }
  repaint_pool(step.state);
}

void on(Step& step, const NarrowPool& action) {
  step.state.dashboard.pool.moment.cell = action.cell;
  repaint_pool(step.state);
}

void on(Step& step, const KeyTimelineLoaded& event) {
  PoolWatch& watch = step.state.dashboard.pool;
  server_answered(step);
  watch.timeline_watch.running = false;
  watch.timeline_watch.problem.reset();
  watch.timeline = event.timeline;
  if (watch.moment.at) watch.moment.at = std::max(*watch.moment.at, watch.timeline->from);
  repaint_pool(step.state);
  step.redraw();
}

void on(Step& step, const CapacityLoaded& event) {
  server_answered(step);
  step.state.dashboard.pool.capacity = event.report;
  make_forecast(step);
}

void on(Step& step, const RecentUseLoaded& event) {
  server_answered(step);
  step.state.dashboard.pool.recent = event.report;
  make_forecast(step);
}

void on(Step& step, const FailuresLoaded& event) {
  DashboardState& page = step.state.dashboard;
  server_answered(step);
  if (event.serial != page.serial) return;
  const auto at = std::find(kFailureGroups.begin(), kFailureGroups.end(), event.group);
  if (at == kFailureGroups.end()) return;
  page.pool.failed[static_cast<std::size_t>(at - kFailureGroups.begin())] = event.page.requests;
  sum_errors(page.pool);
  step.redraw();
}

void failed(Step& step, const FetchKeyTimeline&, const Failure& failure) {
  watch_failed(step.state.dashboard.pool.timeline_watch, failure);
}

void failed(Step& step, const FetchCapacity&, const Failure& failure) {
  watch_failed(step.state.dashboard.pool.forecast_watch, failure);
}

void failed(Step& step, const FetchRecentUse&, const Failure& failure) {
  watch_failed(step.state.dashboard.pool.forecast_watch, failure);
}

/// The list of errors keeps what it had; the next sums bring the next attempt.
void failed(Step&, const FetchFailures&, const Failure&) {}

}  // namespace geminate::ui
