#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "frontend-wasm/pages/dashboard_parts.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/request_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/chart.h"

namespace geminate::ui {
namespace {

constexpr float kTitle = 40;
constexpr float kLine = 34;

std::vector<Share> shares_of(const AppState& state) {
  const Phrasebook say = state.phrasebook();
  const Theme& look = theme();
  const std::array<std::pair<KeyState, Colour>, 7> kinds = {{{KeyState::Ready, look.good.fill},
                                                             {KeyState::Cooling, look.warning.fill},
                                                             {KeyState::Spent, look.accent.fill},
                                                             {KeyState::Suspect, look.warning.text},
                                                             {KeyState::Dead, look.bad.fill},
                                                             {KeyState::Disabled, look.muted.fill},
                                                             {KeyState::Expired, look.faint}}};
  std::vector<Share> shares;
  for (const auto& [kind, colour] : kinds) {
    const auto count = std::count_if(state.keys.keys.begin(), state.keys.keys.end(),
                                     [kind = kind](const UpstreamKeyView& key) { return key.state == kind; });
    shares.push_back({state_name(say, kind), count, colour});
  }
  return shares;
}

void draw_title(ImVec2 min, float width, const Text& title, const Text& right) {
  const TextStyle style{.size = type::kDense, .face = Face::Semibold};
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const float taken = measure(right, quiet).x;
  paint_text({min.x + space::kCardX, min.y + space::kCardY}, title, style,
             width - 2 * space::kCardX - taken - 8);
  paint_text({min.x + width - space::kCardX - taken, min.y + space::kCardY + 1}, right, quiet);
  describe_text(title, min, {min.x + width, min.y + kTitle}, Role::Heading).level = 2;
}

void draw_share_line(ImVec2 at, float width, const Share& share) {
  paint_box({at.x, at.y + 5}, {at.x + 9, at.y + 14}, share.colour, 0, 2);
  const Text count = exact_count(share.count);
  const TextStyle style{.size = type::kDense, .colour = share.count == 0 ? theme().faint : theme().text};
  const float taken = measure(count, style).x;
  paint_text({at.x + 17, at.y}, share.name, style, width - 17 - taken - 8);
  paint_text({at.x + width - taken, at.y}, count, style);
  describe_text(Text::verbatim(share.name.str() + " " + count.str()), at, {at.x + width, at.y + 20});
}

/// One line of a top list.
struct TopLine {
  Text name;
  Text figures;
  float share = 0;
  Colour colour = 0;
  std::string search;  // leads to its requests; empty: nowhere
};

std::int64_t number_of(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

TopLine line_of(const AppState& state, UsageGroup group, const UsageSeries& series) {
  const Phrasebook say = state.phrasebook();
  const std::string count = short_count(say, series.total.requests).str();
  TopLine line{Text::verbatim(series.group), Text::verbatim(count), 0, theme().accent.fill, {}};
  if (series.group == "(other)") return line.name = say(TextId::TopOthers), line;
  if (group == UsageGroup::Model) {
    if (!series.group.empty()) line.search = "model:" + series.group;
    if (series.group.empty()) line.name = say(TextId::TopNoModel);
  } else if (group == UsageGroup::Token) {
    line.name = token_name(state, number_of(series.group));
    line.search = "token:#" + series.group;
  } else {
    line.search = "status:" + series.group;
    line.colour = series.group == "2xx"   ? theme().good.fill
                  : series.group == "4xx" ? theme().warning.fill
                                          : theme().bad.fill;
  }
  if (group != UsageGroup::StatusClass)
    line.figures = Text::verbatim(count + " · " + dollars(series.total.cost_usd).str());
  return line;
}

void draw_line(ImVec2 at, float width, const TopLine& line, const Emit& emit) {
  ImGui::SetCursorScreenPos({at.x - 8, at.y - 4});
  const std::string spoken = line.name.str() + " " + line.figures.str();
  const Press press = press_area(spoken.c_str(), {width + 16, kLine});
  describe(line.search.empty() ? Role::Text : Role::Link, Text::verbatim(spoken));
  if (press.hovered && !line.search.empty()) paint_box(press.min, press.max, theme().hover, 0, radius::kPill);
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const float taken = measure(line.figures, quiet).x;
  paint_text(at, line.name, {.size = type::kDense}, width - taken - space::kGap);
  paint_text({at.x + width - taken, at.y + 1}, line.figures, quiet);
  paint_box({at.x, at.y + 21}, {at.x + width, at.y + 24}, theme().track, 0, 1.5F);
  paint_box({at.x, at.y + 21}, {at.x + std::max(2.0F, width * line.share), at.y + 24}, line.colour, 0, 1.5F);
  if (press.clicked && !line.search.empty()) emit(ShowRequests{line.search});
}

}  // namespace

void draw_key_states(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float inner = size.x - 2 * space::kCardX;
  const float left = min.x + space::kCardX;
  paint_box(min, {min.x + size.x, min.y + size.y}, theme().surface, theme().line);
  const std::vector<Share> shares = shares_of(state);
  const std::string all = exact_count(static_cast<std::int64_t>(state.keys.keys.size())).str();
  draw_title(min, size.x, say(TextId::KeysByState), say(TextId::CountOfAll, {all}));
  paint_shares({left, min.y + kTitle + 4}, inner, 12, shares);
  float y = min.y + kTitle + 30;
  const float step = std::min(26.0F, (size.y - kTitle - 30 - 34) / static_cast<float>(shares.size()));
  for (const Share& share : shares) {
    draw_share_line({left, y}, inner, share);
    y += step;
  }
  ImGui::SetCursorScreenPos({left, min.y + size.y - 30});
  if (link(say(TextId::GoToKeys))) emit(Navigate{Page::Keys});
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy(size);
}

void draw_top_list(const AppState& state, UsageGroup group, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  paint_box(min, {min.x + size.x, min.y + size.y}, theme().surface, theme().line);
  const TextId title = group == UsageGroup::Model   ? TextId::TopModels
                       : group == UsageGroup::Token ? TextId::TopTokens
                                                    : TextId::TopStatuses;
  draw_title(min, size.x, say(title),
             say(group == UsageGroup::StatusClass ? TextId::TopFiguresShort : TextId::TopFigures));
  const UsageReport* report = state.dashboard.report(group);
  const float left = min.x + space::kCardX;
  const bool nothing = report == nullptr || report->series.empty() || report->total.requests == 0;
  if (nothing) {
    paint_text({left, min.y + kTitle + 12},
               say(report == nullptr ? TextId::ChartLoading : TextId::ChartNothing),
               {.size = type::kDense, .colour = theme().faint});
  } else {
    ImGui::PushID(static_cast<int>(group));
    float y = min.y + kTitle + 8;
    for (const UsageSeries& series : report->series) {
      if (y + kLine > min.y + size.y) break;
      TopLine line = line_of(state, group, series);
      line.share = static_cast<float>(series.total.requests) / static_cast<float>(report->total.requests);
      draw_line({left, y}, size.x - 2 * space::kCardX, line, emit);
      y += kLine;
    }
    ImGui::PopID();
  }
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy(size);
}

void draw_top_errors(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  paint_box(min, {min.x + size.x, min.y + size.y}, theme().surface, theme().line);
  const std::vector<TopError>& errors = state.dashboard.pool.errors;
  std::int64_t all = 0;
  for (const TopError& error : errors) all += error.count;
  const Text of_latest = all > 0 ? say(TextId::TopErrorsOf, {exact_count(all).str()}) : Text();
  draw_title(min, size.x, say(TextId::TopErrors), of_latest);
  const float left = min.x + space::kCardX;
  if (errors.empty()) {
    const bool known = state.dashboard.report(UsageGroup::StatusClass) != nullptr;
    paint_text({left, min.y + kTitle + 12}, say(known ? TextId::TopErrorsNone : TextId::ChartLoading),
               {.size = type::kDense, .colour = theme().faint});
  }
  ImGui::PushID("errors");
  float y = min.y + kTitle + 8;
  for (const TopError& error : errors) {
    if (y + kLine > min.y + size.y) break;
    std::string name = std::to_string(error.status) + " · " + outcome_name(say, error.outcome).str();
    if (!error.model.empty()) name += " · " + error.model;
    std::string search = "status:" + std::to_string(error.status);
    if (!error.model.empty()) search += " model:" + error.model;
    const Colour colour = error.status >= 500 ? theme().bad.fill : theme().warning.fill;
    const float share = static_cast<float>(error.count) / static_cast<float>(all);
    draw_line({left, y}, size.x - 2 * space::kCardX,
              {Text::verbatim(name), exact_count(error.count), share, colour, search}, emit);
    y += kLine;
  }
  ImGui::PopID();
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy(size);
}

}  // namespace geminate::ui
