#include <algorithm>

#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/pool_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/text/server_words.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {
namespace {

constexpr float kTitle = 28;
constexpr float kLine = 58;

/// "since 21:04 until 21:09 · flash"; as much of it as is known.
Text when_text(const AppState& state, const FallenKey& fallen) {
  const Phrasebook say = state.phrasebook();
  std::string words;
  if (fallen.from)
    words = say(TextId::FallenSince, {minute_time(*fallen.from, state.zone_minutes).str()}).str();
  if (fallen.to) {
    if (!words.empty()) words += " · ";
    words += say(TextId::FallenUntil, {minute_time(*fallen.to, state.zone_minutes).str()}).str();
  }
  if (!fallen.model.empty()) words += (words.empty() ? "" : " · ") + fallen.model;
  return Text::verbatim(words);
}

void draw_line(const AppState& state, const FallenKey& fallen, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  if (fallen.position >= state.keys.keys.size()) return;
  const UpstreamKeyView& key = state.keys.keys[fallen.position];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const PoolLook look = pool_look(say, static_cast<std::size_t>(fallen.state));
  const Text when = when_text(state, fallen);
  const Text why = fallen.reason.empty() ? Text() : server_words(say, fallen.reason);
  const std::string spoken = spoken_name(key).str() + " · " + look.name.str() + " · " + when.str() +
                             (why.empty() ? "" : " · " + why.str());
  ImGui::PushID(static_cast<int>(fallen.id));
  const Press press = press_area("fallen", {width, kLine - 4});
  describe(Role::Link, Text::verbatim(spoken));
  if (press.hovered) paint_box(press.min, press.max, theme().hover, 0, radius::kPill);
  paint_box({at.x + 6, at.y + 8}, {at.x + 14, at.y + 16}, look.fill, 0, 2);
  const float left = at.x + 22;
  const float room = width - 28;
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const float named = measure(look.name, quiet).x;
  paint_text({left, at.y + 3}, spoken_name(key), {.size = type::kDense}, room - named - space::kTightGap);
  paint_text({left + room - named, at.y + 4}, look.name, quiet);
  if (!when.empty()) paint_text({left, at.y + 20}, when, quiet, room);
  paint_text({left, at.y + (when.empty() ? 20 : 36)}, why, {.size = type::kLabel, .colour = theme().faint},
             room);
  if (press.hovered) tip(Text::verbatim(spoken));
  if (press.clicked) emit(ShowKey{fallen.id});
  ImGui::PopID();
}

/// What the list says of itself: at which cell it looks, or that nobody is down.
void draw_title(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PoolWatch& watch = state.dashboard.pool;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::size_t count = watch.picture.fallen.size() + watch.picture.left_out;
  const Text title = say(TextId::FallenTitle, {exact_count(static_cast<std::int64_t>(count)).str()});
  paint_text(at, title, {.size = type::kLabel, .face = Face::Semibold, .colour = theme().secondary}, width);
  describe_text(title, at, {at.x + width, at.y + type::kLabel}, Role::Heading).level = 3;
  if (!watch.moment.cell) return;
  const Text all = say(TextId::FallenAll);
  ImGui::SetCursorScreenPos({at.x + width - measure(all, {.size = type::kLabel}).x, at.y});
  if (link(all, type::kLabel)) emit(NarrowPool{});
}

}  // namespace

float fallen_height(std::size_t lines) {
  constexpr std::size_t kAtOnce = 4;
  return kTitle + std::max(28.0F, kLine * static_cast<float>(std::min(kAtOnce, lines)));
}

void draw_fallen(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PoolPicture& picture = state.dashboard.pool.picture;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  draw_title(state, size.x, emit);
  ImGui::SetCursorScreenPos({min.x, min.y + kTitle});
  ImGui::BeginChild("fallen", {size.x, size.y - kTitle}, ImGuiChildFlags_NavFlattened);
  if (picture.fallen.empty()) {
    paragraph(say(TextId::FallenNone), {.size = type::kDense, .colour = theme().faint},
              ImGui::GetContentRegionAvail().x);
  }
  const float top = ImGui::GetCursorScreenPos().y;
  const float left = ImGui::GetCursorScreenPos().x;
  const float width = ImGui::GetContentRegionAvail().x;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(picture.fallen.size()), kLine);
  while (clipper.Step()) {
    for (int each = clipper.DisplayStart; each < clipper.DisplayEnd; ++each) {
      ImGui::SetCursorScreenPos({left, top + kLine * static_cast<float>(each)});
      draw_line(state, picture.fallen[static_cast<std::size_t>(each)], width, emit);
    }
  }
  clipper.End();
  ImGui::SetCursorScreenPos({left, top + kLine * static_cast<float>(picture.fallen.size())});
  if (picture.left_out > 0)
    text(say(TextId::FallenMore, {exact_count(static_cast<std::int64_t>(picture.left_out)).str()}),
         {.size = type::kLabel, .colour = theme().faint}, width);
  ImGui::Dummy({0, 0});
  ImGui::EndChild();
}

}  // namespace geminate::ui
