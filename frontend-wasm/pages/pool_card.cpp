#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/pool_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {
namespace {

constexpr float kHead = 44;
constexpr float kLegend = 28;

const PoolWatch& watch_of(const AppState& state) { return state.dashboard.pool; }

/// Swatch, name and count of every state that any key is in.
void draw_legend(const AppState& state, ImVec2 at, float width) {
  const Phrasebook say = state.phrasebook();
  const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
  float x = at.x;
  for (std::size_t each = 0; each <= kNotYet; ++each) {
    const std::uint32_t count = watch_of(state).picture.totals[each];
    if (count == 0) continue;
    const PoolLook look = pool_look(say, each);
    const Text label = Text::verbatim(look.name.str() + " " + exact_count(count).str());
    const float wanted = 16 + measure(label, small).x;
    if (x + wanted > at.x + width) break;
    paint_box({x, at.y + 3}, {x + 10, at.y + 13}, look.fill, 0, 2);
    paint_text({x + 16, at.y}, label, small);
    describe_text(label, {x, at.y}, {x + wanted, at.y + type::kLabel});
    x += wanted + space::kSection;
  }
}

/// To the nearest fall before and after, and back to now.
void draw_steps(const AppState& state, float right, float y, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = watch_of(state);
  if (!watch.timeline) return;
  const Timestamp at = watch.moment.at.value_or(watch.timeline->to);
  const auto before = fall_before(*watch.timeline, at);
  const auto after = watch.moment.at ? fall_after(*watch.timeline, at) : std::nullopt;
  const ButtonStyle style{.small = true};
  const Text names[] = {say(TextId::FallBefore), say(TextId::FallAfter), say(TextId::PoolNow)};
  float x = right + space::kTightGap;
  for (const Text& name : names) x -= button_width(name, style) + space::kTightGap;
  ImGui::SetCursorScreenPos({x, y});
  if (button(names[0], {.disabled = !before, .small = true})) emit(ScrubPool{before});
  ImGui::SameLine(0, space::kTightGap);
  if (button(names[1], {.disabled = !after, .small = true})) emit(ScrubPool{after});
  ImGui::SameLine(0, space::kTightGap);
  if (button(names[2], {.disabled = !watch.moment.at, .small = true})) emit(ScrubPool{});
}

void draw_title(const AppState& state, ImVec2 min, float width) {
  const Phrasebook say = state.phrasebook();
  const Text title = say(TextId::PoolTitle);
  const TextStyle style{.size = type::kDense, .face = Face::Semibold};
  const float left = min.x + space::kCardX;
  const float shown = paint_text({left, min.y + space::kCardY}, title, style);
  describe_text(title, {left, min.y + space::kCardY}, {left + shown, min.y + kHead - 8}, Role::Heading)
      .level = 2;
  const Text moment = moment_text(state);
  const TextStyle quiet{.size = type::kLabel,
                        .colour = watch_of(state).moment.at ? theme().accent.text : theme().secondary};
  const float room = width - 2 * space::kCardX - shown - space::kGap;
  const float taken = std::min(room, measure(moment, quiet).x);
  const ImVec2 at{min.x + width - space::kCardX - taken, min.y + space::kCardY + 1};
  paint_text(at, moment, quiet, room);
  describe_text(moment, at, {at.x + taken, at.y + type::kLabel}, Role::Status);
}

/// What keeps the picture from being whole.
Text remark_of(const AppState& state) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = watch_of(state);
  if (watch.timeline_watch.problem) return say(*watch.timeline_watch.problem);
  if (!watch.timeline) return say(TextId::LoadingNow);
  if (watch.timeline->complete_from > watch.timeline->from)
    return say(TextId::PoolIncomplete,
               {minute_time(watch.timeline->complete_from, state.zone_minutes).str()});
  return say(TextId::PoolHint);
}

void draw_left(const AppState& state, ImVec2 at, float width, float cells, const Emit& emit) {
  draw_legend(state, at, width);
  ImGui::SetCursorScreenPos({at.x, at.y + kLegend});
  draw_pool_cells(state, {width, cells}, emit);
  ImGui::SetCursorScreenPos({at.x, at.y + kLegend + cells + space::kGap});
  draw_pool_scrubber(state, width, emit);
  const float below = at.y + kLegend + cells + space::kGap + kScrubber + space::kTightGap;
  const Text remark = remark_of(state);
  const TextStyle faint{.size = type::kLabel, .colour = theme().faint};
  const bool narrow = is_narrow();
  const float room = narrow ? width : width - 260;
  const float shown = paint_text({at.x, below + 8}, remark, faint, room);
  describe_text(remark, {at.x, below + 8}, {at.x + shown, below + 8 + type::kLabel});
  draw_steps(state, at.x + width, narrow ? below + 28 : below, emit);
}

}  // namespace

void draw_pool_card(const AppState& state, float width, const Emit& emit) {
  const bool narrow = is_narrow();
  const bool beside = width >= 860;
  const float buttons = button_height({.small = true});
  const float inner = width - 2 * space::kCardX;
  const float list = beside ? std::clamp(std::floor(width * 0.3F), 280.0F, 380.0F) : inner;
  const float left = beside ? inner - list - space::kSection : inner;
  const float cells = pool_cells_height(watch_of(state).picture.cells.size(), left);
  const float left_height =
      kLegend + cells + space::kGap + kScrubber + space::kTightGap + buttons + (narrow ? 28 : 0);
  const float below = fallen_height(watch_of(state).picture.fallen.size());
  const float height = kHead + left_height + space::kGap + (beside ? 0 : below + space::kGap) + space::kHair;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  paint_box(min, {min.x + width, min.y + height}, theme().surface, theme().line);
  draw_title(state, min, width);
  ImGui::PushID("pool");
  draw_left(state, {min.x + space::kCardX, min.y + kHead}, left, cells, emit);
  if (beside) {
    ImGui::SetCursorScreenPos({min.x + space::kCardX + left + space::kSection, min.y + kHead});
    draw_fallen(state, {list, left_height}, emit);
  } else {
    ImGui::SetCursorScreenPos({min.x + space::kCardX, min.y + kHead + left_height + space::kGap});
    draw_fallen(state, {inner, below}, emit);
  }
  ImGui::PopID();
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy({width, height});
}

}  // namespace geminate::ui
