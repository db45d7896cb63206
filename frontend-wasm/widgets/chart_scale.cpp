#include "frontend-wasm/widgets/chart_scale.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

using std::chrono::minutes;

/// 1, 2, 2.5 or 5 times a power of ten, at least `step`.
double round_step(double step) {
  double power = 1;
  while (power > step) power /= 10;
  while (power * 10 <= step) power *= 10;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

constexpr std::array<int, 13> kSteps = {1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 24 * 60, 48 * 60};
constexpr int kDay = 24 * 60;

std::string label_of(Timestamp local, int step) {
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const auto passed = std::chrono::floor<minutes>(local - day).count();
  if (step >= kDay)
    return plain_text("%02u-%02u", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return plain_text("%02d:%02d", static_cast<int>(passed / 60), static_cast<int>(passed % 60));
}

}  // namespace

std::vector<double> value_ticks(double highest, int wanted, double least) {
  const double end = std::max(highest, least);
  const double step = round_step(end / std::max(1, wanted));
  std::vector<double> ticks;
  for (int i = 0;; ++i) {
    ticks.push_back(step * i);
    if (ticks.back() >= end * (1 - 1e-9)) return ticks;
  }
}

std::vector<TimeTick> time_ticks(Timestamp from, Timestamp to, std::int32_t zone_minutes, int most) {
  const auto span = std::chrono::duration_cast<minutes>(to - from).count();
  std::int64_t step = kSteps.back();
  for (const int candidate : kSteps) {
    if (span / candidate <= most) {
      step = candidate;
      break;
    }
  }
  while (span / step > most) step *= 2;
  const Timestamp local_from = from + minutes(zone_minutes);
  const auto passed = std::chrono::ceil<minutes>(local_from.time_since_epoch()).count();
  std::int64_t at = (passed + step - 1) / step * step;
  std::vector<TimeTick> ticks;
  for (;; at += step) {
    const Timestamp local{std::chrono::duration_cast<std::chrono::milliseconds>(minutes(at))};
    if (local - minutes(zone_minutes) >= to) return ticks;
    ticks.push_back({local - minutes(zone_minutes), label_of(local, static_cast<int>(step))});
  }
}

}  // namespace geminate::ui
