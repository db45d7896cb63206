#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/dashboard_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {
namespace {

constexpr float kHead = 44;
constexpr float kLine = 52;
constexpr float kNarrowLine = 86;
constexpr std::size_t kMostLines = 8;

struct OutlookWords {
  Text words{};
  Tone tone{};
};

Text time_of(const AppState& state, Timestamp time) {
  return until_time(state.phrasebook(), time, state.wall_now, state.zone_minutes);
}

OutlookWords words_of(const AppState& state, const Forecast& each) {
  const Phrasebook say = state.phrasebook();
  switch (each.outlook) {
    case Outlook::Spent:
      return {say(TextId::OutlookSpent), Tone::Bad};
    case Outlook::RunsOut: {
      const Timestamp ends = each.ends_at.value_or(state.wall_now);
      const TextId words = each.unknown > 0 ? TextId::OutlookRunsOutAtLeast : TextId::OutlookRunsOut;
      return {say(words, {minute_time(ends, state.zone_minutes).str(),
                          relative_time(say, ends, state.wall_now, state.zone_minutes).str()}),
              Tone::Warning};
    }
    case Outlook::Unknown:
      return {say(TextId::OutlookUnknown), Tone::Neutral};
    case Outlook::Lasts:
      return {say(TextId::OutlookLasts), Tone::Good};
    case Outlook::Idle:
      break;
  }
  return {say(TextId::OutlookIdle), Tone::Neutral};
}

/// "1,204 of 5,000 requests · 120 an hour · limits of 3 of 10 projects unknown".
Text figures_of(const AppState& state, const Forecast& each) {
  const Phrasebook say = state.phrasebook();
  const std::string used = short_count(say, each.used).str();
  const std::string limit =
      each.limit > 0 ? short_count(say, each.limit).str() : say(TextId::LimitUnknown).str();
  std::string words =
      say(each.by_tokens ? TextId::ForecastTokens : TextId::ForecastRequests, {used, limit}).str();
  words += " · " + say(TextId::ForecastRate,
                       {short_count(say, static_cast<std::int64_t>(std::llround(each.per_hour))).str()})
                       .str();
  if (each.unknown > 0 && each.unknown < each.projects)
    words += " · " +
             say(TextId::ForecastPartly, {exact_count(each.unknown).str(), exact_count(each.projects).str()})
                 .str();
  return Text::verbatim(words);
}

void draw_line(const AppState& state, const Forecast& each, ImVec2 at, float width, bool narrow) {
  const OutlookWords outlook = words_of(state, each);
  const Text figures = figures_of(state, each);
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const ImVec2 extent = pill_size(outlook.words);
  const float pill = std::min(extent.x, width);
  const Text model = Text::verbatim(each.model);
  const float room = narrow ? width : width - pill - space::kGap;
  paint_text(at, model, {.size = type::kDense, .face = Face::Mono}, room);
  describe_text(Text::verbatim(each.model + ": " + outlook.words.str() + " · " + figures.str()), at,
                {at.x + width, at.y + (narrow ? kNarrowLine : kLine) - 8});
  const ImVec2 place = narrow ? ImVec2{at.x, at.y + 42} : ImVec2{at.x + width - pill, at.y + 6};
  paint_pill(place, outlook.tone, outlook.words);
  paint_text({at.x, at.y + 22}, figures, quiet, room);
  if (narrow || each.limit <= 0) return;
  // Between the words and the pill there is room for a bar on wide pages.
  const float words = std::min(room, std::max(measure(figures, quiet).x, 240.0F)) + space::kSection;
  const float bar = std::min(320.0F, room - words);
  if (bar < 80) return;
  const float share =
      static_cast<float>(static_cast<double>(each.limit - each.left) / static_cast<double>(each.limit));
  const Colour fill = share >= 1      ? theme().bad.fill
                      : share >= 0.8F ? theme().warning.fill
                                      : theme().accent.fill;
  paint_bar({at.x + room - bar, at.y + 15}, bar, share, fill);
}

void draw_head(const AppState& state, ImVec2 min, float width) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = state.dashboard.pool;
  const Text title = say(TextId::ForecastTitle);
  const float left = min.x + space::kCardX;
  const float shown =
      paint_text({left, min.y + space::kCardY}, title, {.size = type::kDense, .face = Face::Semibold});
  describe_text(title, {left, min.y + space::kCardY}, {left + shown, min.y + 32}, Role::Heading).level = 2;
  if (!watch.capacity) return;
  const Text resets = say(TextId::ForecastResets, {time_of(state, watch.capacity->resets_at).str()});
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const float room = width - 2 * space::kCardX - shown - space::kGap;
  const float taken = std::min(room, measure(resets, quiet).x);
  const ImVec2 at{min.x + width - space::kCardX - taken, min.y + space::kCardY + 1};
  paint_text(at, resets, quiet, room);
  describe_text(resets, at, {at.x + taken, at.y + type::kLabel});
}

}  // namespace

void draw_forecast(const AppState& state, float width) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = state.dashboard.pool;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const bool narrow = width < 560;
  const float line = narrow ? kNarrowLine : kLine;
  const std::size_t lines = watch.forecasts ? std::min(kMostLines, watch.forecasts->size()) : 0;
  const float height = kHead + (lines == 0 ? 40 : line * static_cast<float>(lines)) + space::kTightGap;
  paint_box(min, {min.x + width, min.y + height}, theme().surface, theme().line);
  draw_head(state, min, width);
  const float left = min.x + space::kCardX;
  const float inner = width - 2 * space::kCardX;
  if (lines == 0) {
    const Text words = watch.forecasts                ? say(TextId::ForecastNothing)
                       : watch.forecast_watch.problem ? say(*watch.forecast_watch.problem)
                                                      : say(TextId::LoadingNow);
    const float shown =
        paint_text({left, min.y + kHead}, words, {.size = type::kDense, .colour = theme().faint}, inner);
    describe_text(words, {left, min.y + kHead}, {left + shown, min.y + kHead + type::kDense});
  }
  for (std::size_t each = 0; each < lines; ++each) {
    const float y = min.y + kHead + line * static_cast<float>(each);
    if (each > 0) ImGui::GetWindowDrawList()->AddLine({left, y - 7}, {left + inner, y - 7}, theme().row_line);
    draw_line(state, (*watch.forecasts)[each], {left, y}, inner, narrow);
  }
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy({width, height});
}

}  // namespace geminate::ui
