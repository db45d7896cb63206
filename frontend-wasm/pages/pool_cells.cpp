#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/pool_parts.h"
#include "frontend-wasm/text/format.h"

namespace geminate::ui {
namespace {

/// Where cells stand: as large as all of them fit, in lines.
struct Grid {
  ImVec2 min{};
  float step = 0;
  float side = 0;
  std::size_t columns = 1;

  ImVec2 at(std::size_t cell) const {
    return {min.x + step * static_cast<float>(cell % columns),
            min.y + step * static_cast<float>(cell / columns)};
  }
};

constexpr float kLargest = 28;
constexpr float kSmallest = 4;

Grid lay_out(ImVec2 min, ImVec2 size, std::size_t cells) {
  Grid grid{.min = min};
  for (float step = kLargest; step >= kSmallest; step -= 1) {
    grid.step = step;
    grid.columns = std::max<std::size_t>(1, static_cast<std::size_t>(size.x / step));
    const std::size_t lines = (cells + grid.columns - 1) / grid.columns;
    if (static_cast<float>(lines) * step <= size.y) break;
  }
  grid.side = grid.step - (grid.step > 12 ? 3.0F : grid.step > 7 ? 2.0F : 1.0F);
  return grid;
}

Colour with_alpha(Colour colour, float alpha) {
  return (colour & 0x00ffffffU) | (static_cast<Colour>(std::clamp(alpha, 0.0F, 1.0F) * 255) << 24);
}

/// Fainter where only a few of a run's keys are in that state, never so faint that it is not seen.
float strength_of(const PoolCell& cell, std::size_t state) {
  if (state == static_cast<std::size_t>(KeyState::Ready)) return 0.45F;
  const float share = static_cast<float>(cell.states[state]) / static_cast<float>(std::max(1U, cell.size));
  return 0.55F + 0.45F * share;
}

void paint_cell(const Phrasebook& say, const Grid& grid, const PoolCell& cell, std::size_t number,
                bool chosen) {
  const std::size_t worst = cell.worst();
  const PoolLook look = pool_look(say, worst);
  const ImVec2 min = grid.at(number);
  const ImVec2 max{min.x + grid.side, min.y + grid.side};
  const float rounding = grid.side > 10 ? 3.0F : 1.0F;
  if (worst == kNotYet) {
    paint_box(min, max, 0, theme().line, rounding);
  } else {
    paint_box(min, max, with_alpha(look.fill, strength_of(cell, worst)), 0, rounding);
    if (grid.side >= 14)
      paint_icon(look.mark, {(min.x + max.x) / 2, (min.y + max.y) / 2}, grid.side * 0.62F, theme().surface);
  }
  if (chosen) paint_box({min.x - 2, min.y - 2}, {max.x + 2, max.y + 2}, 0, theme().accent.fill, rounding + 1);
}

/// "…a3F9 main · Cooling", or of a run "Keys 1–84: Ready 80, Cooling 4".
Text words_of(const AppState& state, const PoolCell& cell) {
  const Phrasebook say = state.phrasebook();
  const auto& keys = state.keys.keys;
  if (cell.size == 1 && cell.first < keys.size())
    return Text::verbatim(spoken_name(keys[cell.first]).str() + " · " +
                          pool_look(say, cell.worst()).name.str());
  std::string counts;
  for (std::size_t each = 0; each <= kNotYet; ++each) {
    if (cell.states[each] == 0) continue;
    if (!counts.empty()) counts += say(TextId::Comma).str();
    counts += pool_look(say, each).name.str() + " " + exact_count(cell.states[each]).str();
  }
  return say(TextId::PoolRun,
             {exact_count(cell.first + 1).str(), exact_count(cell.first + cell.size).str(), counts});
}

void press_cell(const AppState& state, std::size_t number, const Emit& emit) {
  const PoolWatch& watch = state.dashboard.pool;
  const PoolCell& cell = watch.picture.cells[number];
  if (cell.size == 1 && cell.first < state.keys.keys.size())
    return emit(ShowKey{state.keys.keys[cell.first].id});
  const bool again = watch.moment.cell == number;
  emit(NarrowPool{again ? std::nullopt : std::optional(number)});
}

void take_pointer(const AppState& state, const Grid& grid, const Press& press, const Emit& emit) {
  if (!press.hovered && !press.clicked) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto column = static_cast<std::size_t>(std::max(0.0F, (mouse.x - grid.min.x) / grid.step));
  const auto line = static_cast<std::size_t>(std::max(0.0F, (mouse.y - grid.min.y) / grid.step));
  const std::size_t number = line * grid.columns + column;
  const auto& cells = state.dashboard.pool.picture.cells;
  if (column >= grid.columns || number >= cells.size()) return;
  const ImVec2 min = grid.at(number);
  paint_box(min, {min.x + grid.side, min.y + grid.side}, 0, theme().text, 2);
  tip(words_of(state, cells[number]));
  if (press.clicked) press_cell(state, number, emit);
}

/// "27 keys, 21:15: Ready 24, Cooling 2, Dead 1".
std::string summary_of(const AppState& state) {
  const Phrasebook say = state.phrasebook();
  const StateCounts& totals = state.dashboard.pool.picture.totals;
  std::string words = moment_text(state).str();
  for (std::size_t each = 0; each <= kNotYet; ++each) {
    if (totals[each] == 0) continue;
    words +=
        say(TextId::Comma).str() + pool_look(say, each).name.str() + " " + exact_count(totals[each]).str();
  }
  return words;
}

}  // namespace

float pool_cells_height(std::size_t cells, float width) {
  constexpr float kLeast = 2 * kLargest;
  constexpr float kMost = 6 * kLargest;
  const auto columns = std::max<std::size_t>(1, static_cast<std::size_t>(width / kLargest));
  return std::clamp(static_cast<float>((cells + columns - 1) / columns) * kLargest, kLeast, kMost);
}

PoolLook pool_look(const Phrasebook& say, std::size_t state) {
  const Theme& look = theme();
  if (state >= kNotYet) return {say(TextId::PoolNotYet), look.line, Icon::None};
  const auto kind = static_cast<KeyState>(state);
  switch (kind) {
    case KeyState::Ready:
      return {state_name(say, kind), look.good.fill, Icon::None};
    case KeyState::Cooling:
      return {state_name(say, kind), look.warning.fill, Icon::Clock};
    case KeyState::Spent:
      return {state_name(say, kind), look.accent.fill, Icon::ChevronDown};
    case KeyState::Suspect:
      return {state_name(say, kind), look.warning.text, Icon::Warning};
    case KeyState::Dead:
      return {state_name(say, kind), look.bad.fill, Icon::Close};
    case KeyState::Disabled:
      return {state_name(say, kind), look.muted.fill, Icon::Power};
    case KeyState::Expired:
      break;
  }
  return {state_name(say, kind), look.faint, Icon::Clock};
}

Text moment_text(const AppState& state) {
  const Phrasebook say = state.phrasebook();
  const auto& at = state.dashboard.pool.moment.at;
  if (!at) return say(TextId::PoolNow);
  return Text::verbatim(minute_time(*at, state.zone_minutes).str() + " · " +
                        relative_time(say, *at, state.wall_now, state.zone_minutes).str());
}

void draw_pool_cells(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = state.dashboard.pool;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const auto& cells = watch.picture.cells;
  if (cells.empty()) {
    const Text nothing = say(state.keys.loading == Loading::Done ? TextId::NoKeys : TextId::LoadingNow);
    paint_text({min.x, min.y + size.y / 2 - 8}, nothing, {.size = type::kDense, .colour = theme().faint});
    ImGui::Dummy(size);
    return;
  }
  const Grid grid = lay_out(min, size, cells.size());
  // Not a stop for the keyboard: what is to be reached by it stands in the list beside.
  ImGui::PushItemFlag(ImGuiItemFlags_NoNav | ImGuiItemFlags_NoTabStop, true);
  const Press press = press_area("cells", size);
  ImGui::PopItemFlag();
  describe(Role::Image, say(TextId::PoolPicture)).description = summary_of(state);
  for (std::size_t number = 0; number < cells.size(); ++number)
    paint_cell(say, grid, cells[number], number, watch.moment.cell == number);
  take_pointer(state, grid, press, emit);
}

}  // namespace geminate::ui
