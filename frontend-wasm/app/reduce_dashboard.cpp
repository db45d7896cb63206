#include <algorithm>
#include <utility>

#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/reducer.h"

namespace geminate::ui {
namespace {

using std::chrono::minutes;

/// While requests come in, the sums are asked for again this often.
constexpr double kSumSeconds = 5;
constexpr std::size_t kMostPoints = 1500;

minutes length_of(UsageStep step) {
  switch (step) {
    case UsageStep::Minute:
      return minutes(1);
    case UsageStep::Hour:
      return minutes(60);
    case UsageStep::Day:
      break;
  }
  return minutes(24 * 60);
}

std::size_t place_of(UsageGroup group) {
  const auto at = std::find(kDashboardGroups.begin(), kDashboardGroups.end(), group);
  return static_cast<std::size_t>(at - kDashboardGroups.begin());
}

}  // namespace

minutes length_of(UsagePeriod period) {
  static constexpr std::array<int, 4> kHours = {1, 24, 7 * 24, 30 * 24};
  return minutes(60 * kHours[static_cast<std::size_t>(period)]);
}

UsageStep step_of(UsagePeriod period) {
  if (period == UsagePeriod::Hour) return UsageStep::Minute;
  return period == UsagePeriod::Month ? UsageStep::Day : UsageStep::Hour;
}

const UsageReport* DashboardState::report(UsageGroup group) const {
  const auto& found = reports[place_of(group)];
  return found ? &*found : nullptr;
}

std::vector<UsagePoint> all_points(const UsageReport& report) {
  std::vector<UsagePoint> all;
  static const std::vector<UsagePoint> kNone;
  const std::vector<UsagePoint>& some = report.series.empty() ? kNone : report.series.front().points;
  auto next = some.begin();
  for (Timestamp time = report.from; time < report.to && all.size() < kMostPoints;
       time += length_of(report.step)) {
    while (next != some.end() && next->time < time) ++next;
    if (next != some.end() && next->time == time) {
      all.push_back(*next);
    } else {
      all.emplace_back();
      all.back().time = time;
    }
  }
  return all;
}

namespace {

void fetch_sums(Step& step) {
  AppState& state = step.state;
  DashboardState& page = state.dashboard;
  ++page.serial;
  page.awaited = static_cast<int>(kDashboardGroups.size());
  page.moved = false;
  page.due_at = state.now + kSumSeconds;
  UsageQuery query;
  query.to = state.wall_now + std::chrono::seconds(1);
  query.from = *query.to - length_of(page.period);
  query.step = step_of(page.period);
  for (const UsageGroup group : kDashboardGroups) {
    query.group_by = group;
    step.send(FetchUsage{query, page.serial});
  }
}

}  // namespace

void fetch_dashboard(Step& step) {
  repaint_pool(step.state);
  fetch_sums(step);
  fetch_pool_watch(step);
}

void usage_moved(Step& step) {
  step.state.dashboard.moved = true;
  step.state.dashboard.pool.forecast_watch.moved = true;
}

namespace {

std::optional<double> sums_due(const AppState& state) {
  const DashboardState& page = state.dashboard;
  if (state.page != Page::Dashboard || page.awaited > 0) return std::nullopt;
  return page.moved || !state.feed.up ? std::optional(page.due_at) : std::nullopt;
}

}  // namespace

std::optional<double> usage_due(const AppState& state) {
  const auto sums = sums_due(state);
  const auto pool = pool_watch_due(state);
  return sums && pool ? std::min(sums, pool) : sums ? sums : pool;
}

void follow_usage(Step& step) {
  const auto due = sums_due(step.state);
  if (due && step.state.now >= *due) fetch_sums(step);
  follow_pool_watch(step);
}

void on(Step& step, const SetPeriod& action) {
  DashboardState& page = step.state.dashboard;
  if (page.period == action.period) return;
  page.period = action.period;
  page.reports = {};
  fetch_sums(step);
}

void on(Step& step, const RefreshDashboard&) {
  fetch_dashboard(step);
  step.fetch_keys();
}

void on(Step& step, const UsageLoaded& event) {
  DashboardState& page = step.state.dashboard;
  server_answered(step);
  if (event.serial != page.serial) return;
  page.arriving[place_of(event.report.group_by)] = event.report;
  if (--page.awaited > 0) return;
  page.reports = std::exchange(page.arriving, {});
  page.problem.reset();
  fetch_failures(step);
  step.redraw();
}

void failed(Step& step, const FetchUsage& request, const Failure& failure) {
  DashboardState& page = step.state.dashboard;
  if (request.serial != page.serial) return;
  ++page.serial;  // the other answers alone would show half of it
  page.awaited = 0;
  page.arriving = {};
  page.problem = describe(failure);
}

}  // namespace geminate::ui
