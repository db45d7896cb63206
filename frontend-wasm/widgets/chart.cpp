#include "frontend-wasm/widgets/chart.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/widgets/chart_scale.h"

namespace geminate::ui {
namespace {

constexpr float kTop = 62;     // title and legend
constexpr float kBottom = 26;  // the time axis

/// Where the chart's values stand on the screen.
struct Plot {
  ImVec2 min, max;
  double top;  // value at its upper edge
  std::size_t buckets;

  float y(double value) const { return max.y - static_cast<float>(value / top) * (max.y - min.y); }
  float step() const { return (max.x - min.x) / static_cast<float>(std::max<std::size_t>(1, buckets)); }
  float left(std::size_t bucket) const { return min.x + step() * static_cast<float>(bucket); }
  float middle(std::size_t bucket) const { return left(bucket) + step() / 2; }
};

double value_at(const ChartSeries& series, std::size_t bucket) {
  return bucket < series.values.size() ? series.values[bucket] : std::nan("");
}

double highest_of(const ChartSpec& spec) {
  double highest = 0;
  for (std::size_t bucket = 0; bucket < spec.times->size(); ++bucket) {
    double stacked = 0;
    for (const ChartSeries& series : *spec.series) {
      const double value = value_at(series, bucket);
      if (std::isnan(value)) continue;
      stacked = spec.form == ChartForm::StackedBars ? stacked + value : std::max(stacked, value);
    }
    highest = std::max(highest, stacked);
  }
  return highest;
}

bool has_values(const ChartSpec& spec) {
  for (const ChartSeries& series : *spec.series) {
    for (const double value : series.values) {
      if (!std::isnan(value) && (value > 0 || spec.form == ChartForm::Lines)) return true;
    }
  }
  return false;
}

void paint_head(const ChartSpec& spec, ImVec2 min, float width) {
  const float left = min.x + space::kCardX;
  const TextStyle total{.size = type::kBody, .face = Face::Semibold};
  const float total_width = spec.total.empty() ? 0 : measure(spec.total, total).x;
  paint_text({left, min.y + space::kCardY}, spec.title, {.size = type::kDense, .face = Face::Semibold},
             width - 2 * space::kCardX - total_width - space::kGap);
  paint_text({min.x + width - space::kCardX - total_width, min.y + space::kCardY - 1}, spec.total, total);
  float x = left;
  for (const ChartSeries& series : *spec.series) {
    if (series.name.empty()) continue;
    const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
    const float wanted = measure(series.name, small).x;
    if (x + 14 + wanted > min.x + width - space::kCardX) break;
    paint_box({x, min.y + 39}, {x + 9, min.y + 48}, series.colour, 0, 2);
    paint_text({x + 14, min.y + 36}, series.name, small);
    x += 14 + wanted + space::kSection;
  }
}

/// The value axis; returns its labels' width.
float paint_values(const ChartSpec& spec, ImVec2 min, ImVec2 max, const std::vector<double>& ticks) {
  const TextStyle small{.size = type::kLabel, .colour = theme().faint};
  float widest = 0;
  for (const double tick : ticks) widest = std::max(widest, measure(spec.write(tick), small).x);
  ImDrawList& into = *ImGui::GetWindowDrawList();
  for (const double tick : ticks) {
    const float y = std::round(max.y - static_cast<float>(tick / ticks.back()) * (max.y - min.y));
    const Text label = spec.write(tick);
    paint_text({min.x + widest - measure(label, small).x, std::round(y - type::kLabel / 2)}, label, small);
    into.AddLine({min.x + widest + 8, y}, {max.x, y}, tick == 0 ? theme().line : theme().row_line);
  }
  return widest + 8;
}

void paint_times(const ChartSpec& spec, const Plot& plot) {
  const Timestamp from = spec.times->front();
  const auto span = static_cast<float>((spec.to - from).count());
  const TextStyle small{.size = type::kLabel, .colour = theme().faint};
  const int most = std::max(2, static_cast<int>((plot.max.x - plot.min.x) / 70));
  float free_from = plot.min.x - 20;
  for (const TimeTick& tick : time_ticks(from, spec.to, spec.zone_minutes, most)) {
    const Text label = Text::verbatim(tick.label);
    const float width = measure(label, small).x;
    const float at =
        plot.min.x + (plot.max.x - plot.min.x) * static_cast<float>((tick.time - from).count()) / span;
    const float x = std::clamp(std::round(at - width / 2), plot.min.x - 14, plot.max.x - width);
    if (x < free_from) continue;
    paint_text({x, plot.max.y + 7}, label, small);
    free_from = x + width + 12;
  }
}

void paint_bars(const ChartSpec& spec, const Plot& plot) {
  ImDrawList& into = *ImGui::GetWindowDrawList();
  const float air = plot.step() > 6 ? std::min(6.0F, plot.step() * 0.25F) : plot.step() > 3 ? 1.0F : 0.0F;
  for (std::size_t bucket = 0; bucket < plot.buckets; ++bucket) {
    double below = 0;
    const float left = plot.left(bucket) + air / 2;
    const float right = std::max(left + 1, plot.left(bucket) + plot.step() - air / 2);
    for (const ChartSeries& series : *spec.series) {
      const double value = value_at(series, bucket);
      if (std::isnan(value) || value <= 0) continue;
      // What is there is seen, however little it is.
      const float bottom = plot.y(below);
      const float top = std::min(plot.y(below + value), bottom - 1);
      into.AddRectFilled({left, top}, {right, bottom}, series.colour, air > 2 ? 1.5F : 0);
      below += value;
    }
  }
}

void paint_line(const ChartSeries& series, const Plot& plot) {
  ImDrawList& into = *ImGui::GetWindowDrawList();
  for (std::size_t bucket = 0; bucket < plot.buckets; ++bucket) {
    const double value = value_at(series, bucket);
    if (std::isnan(value)) continue;
    const ImVec2 here{plot.middle(bucket), plot.y(value)};
    const double next = value_at(series, bucket + 1);
    const bool alone = std::isnan(next) && (bucket == 0 || std::isnan(value_at(series, bucket - 1)));
    if (!std::isnan(next)) {
      into.AddLine(here, {plot.middle(bucket + 1), plot.y(next)}, series.colour, 1.8F);
    }
    if (alone || plot.step() > 18) into.AddCircleFilled(here, 2.4F, series.colour, 12);
  }
}

void draw_bucket_tip(const ChartSpec& spec, std::size_t bucket) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(12, 8));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, radius::kPill);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, radius::kPill);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 4));
  if (ImGui::BeginTooltip()) {
    if (ImGui::IsWindowAppearing()) surface().change_in(0);
    const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
    const Text time = spec.write_time((*spec.times)[bucket]);
    paint_text(ImGui::GetCursorScreenPos(), time, small);
    ImGui::Dummy(measure(time, small));
    for (const ChartSeries& series : *spec.series) {
      const double value = value_at(series, bucket);
      const Text shown = std::isnan(value) ? Text::verbatim("–") : spec.write(value);
      const std::string name = series.name.empty() ? spec.title.str() : series.name.str();
      const Text line = Text::verbatim(name + "  " + shown.str());
      const ImVec2 at = ImGui::GetCursorScreenPos();
      paint_box({at.x, at.y + 4}, {at.x + 9, at.y + 13}, series.colour, 0, 2);
      paint_text({at.x + 16, at.y}, line, {.size = type::kDense});
      ImGui::Dummy({16 + measure(line, {.size = type::kDense}).x, type::kDense});
    }
    ImGui::EndTooltip();
  }
  ImGui::PopStyleVar(4);
}

void draw_pointed(const ChartSpec& spec, const Plot& plot) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!ImGui::IsMouseHoveringRect(plot.min, plot.max) || !ImGui::IsWindowHovered()) return;
  const auto bucket =
      std::min(plot.buckets - 1, static_cast<std::size_t>((mouse.x - plot.min.x) / plot.step()));
  if (spec.form == ChartForm::StackedBars) {
    paint_box({plot.left(bucket), plot.min.y}, {plot.left(bucket) + plot.step(), plot.max.y}, theme().hover,
              0, 0);
  } else {
    const float x = std::round(plot.middle(bucket));
    ImGui::GetWindowDrawList()->AddLine({x, plot.min.y}, {x, plot.max.y}, theme().muted.fill);
  }
  draw_bucket_tip(spec, bucket);
}

void paint_plot(const ChartSpec& spec, ImVec2 min, ImVec2 max) {
  const std::vector<double> ticks =
      value_ticks(highest_of(spec), std::max(2, static_cast<int>((max.y - min.y) / 42)), spec.least_top);
  const float axis = paint_values(spec, min, max, ticks);
  const Plot plot{{min.x + axis, min.y}, max, ticks.back(), spec.times->size()};
  paint_times(spec, plot);
  if (spec.form == ChartForm::StackedBars) {
    paint_bars(spec, plot);
  } else {
    for (const ChartSeries& series : *spec.series) paint_line(series, plot);
  }
  draw_pointed(spec, plot);
}

}  // namespace

void chart_card(ImVec2 size, const ChartSpec& spec) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  paint_box(min, max, theme().surface, theme().line);
  describe_text(spec.title, min, max, Role::Image).description = spec.summary.str();
  paint_head(spec, min, size.x);
  if (spec.times->empty() || !has_values(spec)) {
    const TextStyle quiet{.size = type::kDense, .colour = theme().faint};
    const float width = measure(spec.nothing, quiet).x;
    paint_text({std::round((min.x + max.x - width) / 2), std::round(min.y + (size.y + 20) / 2)}, spec.nothing,
               quiet);
  } else {
    paint_plot(spec, {min.x + space::kCardX, min.y + kTop}, {max.x - space::kCardX, max.y - kBottom - 6});
  }
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy(size);
}

void paint_shares(ImVec2 at, float width, float height, const std::vector<Share>& shares) {
  std::int64_t all = 0;
  for (const Share& share : shares) all += share.count;
  paint_box(at, {at.x + width, at.y + height}, theme().track, 0, height / 2);
  if (all == 0) return;
  float x = at.x;
  for (const Share& share : shares) {
    if (share.count == 0) continue;
    const float part = width * static_cast<float>(share.count) / static_cast<float>(all);
    paint_box({x, at.y}, {std::min(at.x + width, x + std::max(2.0F, part - 1.5F)), at.y + height},
              share.colour, 0, 2);
    x += part;
  }
}

}  // namespace geminate::ui
