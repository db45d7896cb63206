#include "frontend-wasm/pages/dashboard.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/dashboard_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/pool_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"

namespace geminate::ui {
namespace {

constexpr float kFigure = 96;
constexpr float kChart = 264;
constexpr float kList = 264;

void draw_periods(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const std::pair<UsagePeriod, TextId> periods[] = {{UsagePeriod::Hour, TextId::PeriodHour},
                                                    {UsagePeriod::Day, TextId::PeriodDay},
                                                    {UsagePeriod::Week, TextId::PeriodWeek},
                                                    {UsagePeriod::Month, TextId::PeriodMonth}};
  ImGui::PushID("periods");
  for (const auto& [period, name] : periods) {
    if (period != UsagePeriod::Hour) ImGui::SameLine(0, space::kTightGap);
    if (chip(say(name), Text(), state.dashboard.period == period)) emit(SetPeriod{period});
  }
  ImGui::PopID();
  gap(space::kGap);
}

Text or_dash(const Phrasebook& say, const std::optional<std::int64_t>& ms) {
  return ms ? duration_text(say, *ms) : Text::verbatim("–");
}

std::vector<Figure> figures_of(const Phrasebook& say, const UsageSums& sums) {
  const Theme& look = theme();
  const std::int64_t served = sums.requests - sums.failures;
  return {
      {say(TextId::FigureServed), short_count(say, served),
       say(TextId::FigureServedShare, {percent(served, sums.requests).str()}), look.text},
      {say(TextId::FigureFailed), short_count(say, sums.failures), percent(sums.failures, sums.requests),
       sums.failures > 0 ? look.bad.text : look.text},
      {say(TextId::FigureLatency), or_dash(say, sums.duration_p50_ms),
       say(TextId::FigurePercentiles,
           {or_dash(say, sums.duration_p95_ms).str(), or_dash(say, sums.duration_p99_ms).str()}),
       look.text},
      {say(TextId::FigureFirstByte), or_dash(say, sums.first_byte_p50_ms),
       say(TextId::FigurePercentiles,
           {or_dash(say, sums.first_byte_p95_ms).str(), or_dash(say, sums.first_byte_p99_ms).str()}),
       look.text},
      {say(TextId::FigureTokens), short_count(say, sums.input_tokens + sums.output_tokens),
       say(TextId::FigureInOut,
           {short_count(say, sums.input_tokens).str(), short_count(say, sums.output_tokens).str()}),
       look.text},
      {say(TextId::FigureCost), dollars(sums.cost_usd), say(TextId::FigureCostRemark), look.text},
  };
}

/// Boxes of one height, `columns` side by side; the last one of a line meets the edge.
template <class Draw>
void draw_line(float width, std::size_t first, std::size_t count, float height, Draw draw) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float each =
      std::floor((width - space::kGap * static_cast<float>(count - 1)) / static_cast<float>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const float left = (each + space::kGap) * static_cast<float>(i);
    ImGui::SetCursorScreenPos({at.x + left, at.y});
    draw(first + i, ImVec2{i + 1 == count ? width - left : each, height});
  }
  ImGui::SetCursorScreenPos({at.x, at.y + height});
  gap(space::kGap);
}

template <class Draw>
void draw_grid(float width, std::size_t count, std::size_t columns, float height, Draw draw) {
  for (std::size_t first = 0; first < count; first += columns)
    draw_line(width, first, std::min(columns, count - first), height, draw);
}

void draw_figures(const AppState& state, float width) {
  const UsageReport* report = state.dashboard.report(UsageGroup::None);
  std::vector<Figure> figures =
      figures_of(state.phrasebook(), report != nullptr ? report->total : UsageSums{});
  if (report == nullptr) {
    for (Figure& figure : figures) figure = {figure.name, Text::verbatim("–"), Text(), theme().faint};
  }
  const std::size_t columns = width < 560 ? 2 : width < 1000 ? 3 : 6;
  draw_grid(width, figures.size(), columns, kFigure,
            [&](std::size_t i, ImVec2 size) { figure_card(size, figures[i]); });
}

/// Requests over time beside the pool as it is now.
void draw_first_charts(const AppState& state, float width, const Emit& emit) {
  if (width < 640) {
    draw_usage_chart(state, UsageChart::Requests, {width, kChart});
    gap(space::kGap);
    draw_key_states(state, {width, kChart + 20}, emit);
    gap(space::kGap);
    return;
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = std::clamp(std::floor(width * 0.28F), 240.0F, 340.0F);
  draw_usage_chart(state, UsageChart::Requests, {width - side - space::kGap, kChart + 20});
  ImGui::SetCursorScreenPos({at.x + width - side, at.y});
  draw_key_states(state, {side, kChart + 20}, emit);
  ImGui::SetCursorScreenPos({at.x, at.y + kChart + 20});
  gap(space::kGap);
}

/// Speed, then what it took.
void draw_charts(const AppState& state, float width) {
  const UsageChart charts[] = {UsageChart::Latency, UsageChart::FirstByte, UsageChart::Tokens,
                               UsageChart::Cost};
  draw_grid(width, 4, width < 640 ? 1 : 2, kChart,
            [&](std::size_t i, ImVec2 size) { draw_usage_chart(state, charts[i], size); });
}

void draw_lists(const AppState& state, float width, const Emit& emit) {
  const UsageGroup groups[] = {UsageGroup::Model, UsageGroup::Token, UsageGroup::StatusClass};
  const std::size_t columns = width < 640 ? 1 : width < 1100 ? 2 : 4;
  draw_grid(width, 4, columns, kList, [&](std::size_t i, ImVec2 size) {
    if (i == 3) return draw_top_errors(state, size, emit);
    draw_top_list(state, groups[i], size, emit);
  });
}

/// How the pool does: over the last day, and until this one ends.
void draw_pool(const AppState& state, float width, const Emit& emit) {
  draw_pool_card(state, width, emit);
  gap(space::kGap);
  draw_forecast(state, width);
  gap(space::kGap);
}

}  // namespace

void dashboard_page(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PageFrame frame(
      state, emit, say(TextId::DashboardTitle),
      {{say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&] { emit(RefreshDashboard{}); }}},
      state.memory_mode() ? say(TextId::DashboardMemoryHint) : Text());
  const DashboardState& page = state.dashboard;
  if (page.problem && page.report(UsageGroup::None) == nullptr) {
    const Card card("no_sums", {frame.width(), frame.height_left(280)});
    if (empty_state(Icon::Offline, say(TextId::DashboardNotLoaded), say(*page.problem), say(TextId::Refresh)))
      emit(RefreshDashboard{});
    return;
  }
  draw_periods(state, emit);
  draw_figures(state, frame.width());
  draw_first_charts(state, frame.width(), emit);
  draw_pool(state, frame.width(), emit);
  draw_charts(state, frame.width());
  draw_lists(state, frame.width(), emit);
  gap(space::kHair);
}

}  // namespace geminate::ui
