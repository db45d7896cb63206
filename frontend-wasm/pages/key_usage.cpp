#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/chart.h"

namespace geminate::ui {
namespace {

constexpr float kChartHeight = 176;

std::vector<double> values_of(const std::vector<UsagePoint>& points, bool failed) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const UsagePoint& point : points)
    values.push_back(static_cast<double>(failed ? point.failures : point.requests - point.failures));
  return values;
}

/// Empty without a request, so that the chart says so instead of drawing a line of zeros.
std::vector<UsagePoint> points_of(const KeyStory& story) {
  if (!story.usage || story.usage->total.requests == 0) return {};
  return all_points(*story.usage);
}

Text total_of(const Phrasebook& say, const KeyStory& story) {
  if (!story.usage || story.usage->total.requests == 0) return {};
  const UsageSums& sums = story.usage->total;
  return say(TextId::UsageLastDayTotal, {short_count(say, sums.requests).str(),
                                         short_count(say, sums.input_tokens + sums.output_tokens).str()});
}

TextId nothing_of(Loading loading) {
  if (loading == Loading::Failed) return TextId::NotLoaded;
  return loading == Loading::Done ? TextId::ChartNothing : TextId::LoadingNow;
}

}  // namespace

void draw_key_usage(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const KeyStory& story = state.keys.story;
  const std::vector<UsagePoint> points = points_of(story);
  const std::vector<ChartSeries> series = {
      {say(TextId::LegendServed), theme().accent.fill, values_of(points, false)},
      {say(TextId::LegendFailed), theme().bad.fill, values_of(points, true)}};
  std::vector<Timestamp> times;
  times.reserve(points.size());
  for (const UsagePoint& point : points) times.push_back(point.time);
  ChartSpec spec{.id = "key_usage",
                 .title = say(TextId::UsageLastDay),
                 .total = total_of(say, story),
                 .nothing = say(nothing_of(story.usage_loading)),
                 .series = &series,
                 .times = &times,
                 .to = story.usage ? story.usage->to : Timestamp{},
                 .zone_minutes = state.zone_minutes,
                 .least_top = 4,
                 .write = [&](double value) { return short_count(say, std::llround(value)); },
                 .write_time = [&](Timestamp time) { return minute_time(time, state.zone_minutes); }};
  spec.summary = spec.total.empty() ? spec.nothing : spec.total;
  chart_card({width, kChartHeight}, spec);
  gap(space::kTightGap);
  if (link(say(TextId::RequestsOfKey))) emit(ShowRequests{"key:#" + std::to_string(story.id)});
  gap(space::kSection);
}

}  // namespace geminate::ui
