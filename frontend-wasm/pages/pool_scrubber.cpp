#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/pool_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/chart_scale.h"
#include "imgui_internal.h"

namespace geminate::ui {
namespace {

using std::chrono::milliseconds;

constexpr float kBars = 40;
constexpr int kSteps = 96;  // of a quarter of an hour

/// The day on the screen.
struct Day {
  const KeyTimeline& timeline;
  ImVec2 min{};
  float width = 0;

  milliseconds length() const { return timeline.to - timeline.from; }
  float x(Timestamp at) const {
    const auto share =
        static_cast<float>((at - timeline.from).count()) / static_cast<float>(length().count());
    return min.x + width * std::clamp(share, 0.0F, 1.0F);
  }
  Timestamp at(float x) const {
    const double share = std::clamp((x - min.x) / width, 0.0F, 1.0F);
    return timeline.from +
           milliseconds(static_cast<std::int64_t>(static_cast<double>(length().count()) * share));
  }
};

int sum_of(const KeyFallsView& falls) { return falls.cooling + falls.suspect + falls.dead + falls.off; }

void paint_falls(const Day& day) {
  const Theme& look = theme();
  int most = 4;
  for (const KeyFallsView& falls : day.timeline.falls) most = std::max(most, sum_of(falls));
  const float step = day.width / static_cast<float>(kSteps);
  const float bottom = day.min.y + kBars;
  for (const KeyFallsView& falls : day.timeline.falls) {
    const float left = day.x(falls.time) + 0.5F;
    const float right = std::min(day.min.x + day.width, left + std::max(1.0F, step - 1));
    float y = bottom;
    const std::pair<int, Colour> parts[] = {{falls.cooling, look.warning.fill},
                                            {falls.suspect, look.warning.text},
                                            {falls.dead, look.bad.fill},
                                            {falls.off, look.muted.fill}};
    for (const auto& [count, colour] : parts) {
      if (count == 0) continue;
      const float height = std::max(2.0F, (kBars - 4) * static_cast<float>(count) / static_cast<float>(most));
      paint_box({left, y - height}, {right, y}, colour, 0, 0);
      y -= height;
    }
  }
  ImGui::GetWindowDrawList()->AddLine({day.min.x, bottom}, {day.min.x + day.width, bottom}, look.line);
}

void paint_axis(const Day& day, std::int32_t zone_minutes) {
  const TextStyle small{.size = type::kLabel, .colour = theme().faint};
  const int most = std::max(2, static_cast<int>(day.width / 80));
  float free_from = day.min.x - 20;
  for (const TimeTick& tick : time_ticks(day.timeline.from, day.timeline.to, zone_minutes, most)) {
    const Text label = Text::verbatim(tick.label);
    const float wide = measure(label, small).x;
    const float x = std::clamp(day.x(tick.time) - wide / 2, day.min.x, day.min.x + day.width - wide);
    if (x < free_from) continue;
    paint_text({std::round(x), day.min.y + kBars + 6}, label, small);
    free_from = x + wide + 12;
  }
}

void paint_thumb(const Day& day, Timestamp at, bool focused, bool live) {
  const float x = std::round(day.x(at));
  const Colour colour = live && !focused ? theme().muted.fill : theme().accent.fill;
  ImDrawList& into = *ImGui::GetWindowDrawList();
  into.AddLine({x, day.min.y - 4}, {x, day.min.y + kBars + 2}, colour, 2);
  into.AddCircleFilled({x, day.min.y - 4}, 6, colour, 20);
  if (focused) into.AddCircle({x, day.min.y - 4}, 9, theme().accent.fill, 24, 2);
}

/// Arrow keys by a step of the falls, Home and End to the ends. They belong to the slider while it has the
/// keyboard: ImGui would go to the next widget by them.
void take_keys(const Day& day, Timestamp at, const Emit& emit) {
  const ImGuiID id = ImGui::GetItemID();
  const milliseconds step = day.length() / kSteps;
  const std::pair<ImGuiKey, Timestamp> moves[] = {{ImGuiKey_LeftArrow, at - step},
                                                  {ImGuiKey_RightArrow, at + step},
                                                  {ImGuiKey_Home, day.timeline.from},
                                                  {ImGuiKey_End, day.timeline.to}};
  for (const auto& [key, to] : moves) {
    ImGui::SetKeyOwner(key, id);
    if (ImGui::IsKeyPressed(key, ImGuiInputFlags_Repeat, id)) emit(ScrubPool{to});
  }
}

/// "21:15: resting 3, dead 1".
Text falls_text(const AppState& state, const Day& day, Timestamp at) {
  const Phrasebook say = state.phrasebook();
  const milliseconds step = day.length() / kSteps;
  std::string words = minute_time(at, state.zone_minutes).str();
  for (const KeyFallsView& falls : day.timeline.falls) {
    if (at < falls.time || at >= falls.time + step) continue;
    const std::pair<int, TextId> parts[] = {{falls.cooling, TextId::StateCooling},
                                            {falls.suspect, TextId::StateSuspect},
                                            {falls.dead, TextId::StateDead},
                                            {falls.off, TextId::CountDisabledExpired}};
    for (const auto& [count, name] : parts) {
      if (count > 0) words += say(TextId::Comma).str() + say(name).str() + " +" + std::to_string(count);
    }
  }
  return Text::verbatim(words);
}

}  // namespace

void draw_pool_scrubber(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = state.dashboard.pool;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  if (!watch.timeline || watch.timeline->to <= watch.timeline->from) {
    ImGui::Dummy({width, kScrubber});
    return;
  }
  const Day day{*watch.timeline, {min.x + 8, min.y + 12}, width - 16};
  const Timestamp at = watch.moment.at.value_or(day.timeline.to);
  const Press press = press_area("scrubber", {width, kScrubber - 4});
  SemanticNode& node = describe(Role::Slider, say(TextId::PoolMoment));
  node.value = falls_text(state, day, at).str();
  node.value_now = static_cast<int>((at - day.timeline.from) * kSteps / day.length());
  node.value_most = kSteps;
  paint_falls(day);
  paint_axis(day, state.zone_minutes);
  const float mouse = ImGui::GetIO().MousePos.x;
  if (press.held && ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    const Timestamp to = day.at(mouse);
    if (to != at) emit(ScrubPool{to});
  } else if (press.hovered) {
    const float x = std::clamp(mouse, day.min.x, day.min.x + day.width);
    ImGui::GetWindowDrawList()->AddLine({x, day.min.y}, {x, day.min.y + kBars}, theme().muted.fill);
    tip(falls_text(state, day, day.at(mouse)));
  }
  if (press.focused) take_keys(day, at, emit);
  paint_thumb(day, at, press.focused, !watch.moment.at);
}

}  // namespace geminate::ui
