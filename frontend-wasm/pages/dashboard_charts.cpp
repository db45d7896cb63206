#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/dashboard_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/chart.h"

namespace geminate::ui {
namespace {

std::vector<double> values_of(const std::vector<UsagePoint>& points, double (*value)(const UsagePoint&)) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const UsagePoint& point : points) values.push_back(value(point));
  return values;
}

double or_none(const std::optional<std::int64_t>& value) {
  return value ? static_cast<double>(*value) : std::nan("");
}

/// A percentile of no requests is none, not zero.
std::vector<ChartSeries> percentiles(const Phrasebook& say, const std::vector<UsagePoint>& points,
                                     bool whole) {
  const Theme& look = theme();
  using Value = double (*)(const UsagePoint&);
  const Value half = whole ? Value{[](const UsagePoint& p) { return or_none(p.duration_p50_ms); }}
                           : Value{[](const UsagePoint& p) { return or_none(p.first_byte_p50_ms); }};
  const Value most = whole ? Value{[](const UsagePoint& p) { return or_none(p.duration_p95_ms); }}
                           : Value{[](const UsagePoint& p) { return or_none(p.first_byte_p95_ms); }};
  const Value nearly_all = whole ? Value{[](const UsagePoint& p) { return or_none(p.duration_p99_ms); }}
                                 : Value{[](const UsagePoint& p) { return or_none(p.first_byte_p99_ms); }};
  return {{say(TextId::PercentileHalf), look.accent.fill, values_of(points, half)},
          {say(TextId::PercentileMost), look.warning.fill, values_of(points, most)},
          {say(TextId::PercentileNearlyAll), look.bad.fill, values_of(points, nearly_all)}};
}

std::vector<ChartSeries> series_of(const Phrasebook& say, UsageChart which,
                                   const std::vector<UsagePoint>& points) {
  const Theme& look = theme();
  switch (which) {
    case UsageChart::Requests:
      return {{say(TextId::LegendServed), look.accent.fill,
               values_of(points,
                         [](const UsagePoint& p) { return static_cast<double>(p.requests - p.failures); })},
              {say(TextId::LegendFailed), look.bad.fill,
               values_of(points, [](const UsagePoint& p) { return static_cast<double>(p.failures); })}};
    case UsageChart::Latency:
      return percentiles(say, points, true);
    case UsageChart::FirstByte:
      return percentiles(say, points, false);
    case UsageChart::Tokens:
      return {{say(TextId::LegendInput), look.accent.fill,
               values_of(points, [](const UsagePoint& p) { return static_cast<double>(p.input_tokens); })},
              {say(TextId::LegendOutput), look.good.fill,
               values_of(points, [](const UsagePoint& p) { return static_cast<double>(p.output_tokens); })}};
    case UsageChart::Cost:
      break;
  }
  return {{Text(), look.good.fill, values_of(points, [](const UsagePoint& p) { return p.cost_usd; })}};
}

Text title_of(const Phrasebook& say, UsageChart which) {
  static constexpr TextId kTitles[] = {TextId::ChartRequests, TextId::ChartLatency, TextId::ChartFirstByte,
                                       TextId::ChartTokens, TextId::ChartCost};
  return say(kTitles[static_cast<std::size_t>(which)]);
}

Text median_text(const Phrasebook& say, const std::optional<std::int64_t>& value) {
  return value ? say(TextId::TotalMedian, {duration_text(say, *value).str()}) : Text();
}

Text total_of(const Phrasebook& say, UsageChart which, const UsageSums& sums) {
  switch (which) {
    case UsageChart::Requests:
      return short_count(say, sums.requests);
    case UsageChart::Latency:
      return median_text(say, sums.duration_p50_ms);
    case UsageChart::FirstByte:
      return median_text(say, sums.first_byte_p50_ms);
    case UsageChart::Tokens:
      return short_count(say, sums.input_tokens + sums.output_tokens);
    case UsageChart::Cost:
      break;
  }
  return dollars(sums.cost_usd);
}

Text write_value(const Phrasebook& say, UsageChart which, double value) {
  if (which == UsageChart::Cost) return dollars(value);
  const auto whole = static_cast<std::int64_t>(std::llround(value));
  const bool time = which == UsageChart::Latency || which == UsageChart::FirstByte;
  return time ? duration_text(say, whole) : short_count(say, whole);
}

/// "Requests: 1,204 in all. Served: most 120 at 2026-01-31 14:00. Failed: …".
Text summary_of(const ChartSpec& spec, const Phrasebook& say) {
  std::string text = spec.total.str();
  for (const ChartSeries& series : *spec.series) {
    std::size_t highest = series.values.size();
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (std::isnan(series.values[i])) continue;
      if (highest == series.values.size() || series.values[i] > series.values[highest]) highest = i;
    }
    if (highest == series.values.size()) continue;
    const std::string name = series.name.empty() ? spec.title.str() : series.name.str();
    if (!text.empty()) text += say(TextId::Comma).str();
    text += say(TextId::ChartHighest, {name, spec.write(series.values[highest]).str(),
                                       spec.write_time((*spec.times)[highest]).str()})
                .str();
  }
  return Text::verbatim(text);
}

}  // namespace

void draw_usage_chart(const AppState& state, UsageChart which, ImVec2 size) {
  const Phrasebook say = state.phrasebook();
  const UsageReport* report = state.dashboard.report(UsageGroup::None);
  const std::vector<UsagePoint> points = report != nullptr ? all_points(*report) : std::vector<UsagePoint>{};
  const std::vector<ChartSeries> series = series_of(say, which, points);
  std::vector<Timestamp> times;
  times.reserve(points.size());
  for (const UsagePoint& point : points) times.push_back(point.time);
  const bool lines = which == UsageChart::Latency || which == UsageChart::FirstByte;
  const Text title = title_of(say, which);
  ChartSpec spec{.id = title.c_str(),
                 .title = title,
                 .total = report != nullptr ? total_of(say, which, report->total) : Text(),
                 .nothing = say(report == nullptr ? TextId::ChartLoading : TextId::ChartNothing),
                 .form = lines ? ChartForm::Lines : ChartForm::StackedBars,
                 .series = &series,
                 .times = &times,
                 .to = report != nullptr ? report->to : Timestamp{},
                 .zone_minutes = state.zone_minutes,
                 .least_top = which == UsageChart::Cost ? 0.0001 : 4,
                 .write = [&](double value) { return write_value(say, which, value); },
                 .write_time = [&](Timestamp time) { return minute_time(time, state.zone_minutes); }};
  spec.summary = summary_of(spec, say);
  chart_card(size, spec);
}

}  // namespace geminate::ui
