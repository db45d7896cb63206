#pragma once

#include <functional>
#include <vector>

#include "frontend-wasm/widgets/controls.h"
#include "shared/core/time.h"

namespace geminate::ui {

enum class ChartForm : std::uint8_t { StackedBars, Lines };

/// One row of values, a value a bucket; NaN where there is none.
struct ChartSeries {
  Text name{};
  Colour colour = 0;
  std::vector<double> values;
};

struct ChartSpec {
  const char* id = "";
  Text title{};
  /// Beside the title: what it comes to.
  Text total{};
  /// Read aloud: what a look at the chart tells.
  Text summary{};
  Text nothing{};  // in place of a chart without a value
  ChartForm form = ChartForm::StackedBars;
  const std::vector<ChartSeries>* series = nullptr;
  /// When each bucket begins, and where the last one ends.
  const std::vector<Timestamp>* times = nullptr;
  Timestamp to{};
  std::int32_t zone_minutes = 0;
  double least_top = 1;                         // of the value axis
  std::function<Text(double)> write{};          // a value on the axis and in the tip
  std::function<Text(Timestamp)> write_time{};  // a bucket in the tip
};

/// A card with title, legend, axes and, under the pointer, one bucket's values. To screen readers it is an
/// image with the summary.
void chart_card(ImVec2 size, const ChartSpec& spec);

/// A share of a whole in words and colour.
struct Share {
  Text name{};
  std::int64_t count = 0;
  Colour colour = 0;
};
/// A bar cut into shares, `width` wide.
void paint_shares(ImVec2 at, float width, float height, const std::vector<Share>& shares);

}  // namespace geminate::ui
