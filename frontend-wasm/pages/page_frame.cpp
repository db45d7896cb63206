#include "frontend-wasm/pages/page_frame.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {
namespace {

constexpr float kRoundButton = 56;

Text seconds_left(const AppState& state) {
  const double left = std::max(0.0, std::ceil(state.connection.next_attempt_at - state.now));
  return Text::verbatim(std::to_string(static_cast<int>(left)));
}

}  // namespace

bool is_narrow() { return ImGui::GetIO().DisplaySize.x < space::kNarrowBelow; }

PageFrame::PageFrame(const AppState& state, const Emit& emit, const Text& title,
                     std::vector<HeaderAction> actions, const Text& warning)
    : actions_(std::move(actions)),
      narrow_(is_narrow()),
      margin_(narrow_ ? space::kPageMarginNarrow : space::kPageMargin) {
  // A viewer looks: what pages offer first is a change, but for the playground's, which has none.
  if (!state.session.may_edit)
    std::erase_if(actions_, [](const HeaderAction& action) { return action.kind == ButtonKind::Primary; });
  min_ = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  max_ = {min_.x + room.x, min_.y + room.y};
  draw_header(state, emit, title);
  ImGui::SetCursorScreenPos({min_.x + margin_, min_.y + space::kHeader + space::kSection});
  width_ = room.x - 2 * margin_;
  draw_banners(state, emit, warning);
  const ImVec2 top{min_.x, ImGui::GetCursorScreenPos().y};
  ImGui::SetCursorScreenPos(top);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(margin_, 0));
  // Fingers scroll without a bar, and on a phone it would take the room of the content.
  ImGui::BeginChild("content", {room.x, max_.y - top.y},
                    ImGuiChildFlags_AlwaysUseWindowPadding | ImGuiChildFlags_NavFlattened,
                    narrow_ ? ImGuiWindowFlags_NoScrollbar : 0);
  ImGui::PopStyleVar();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(space::kTightGap, 0));
  width_ = ImGui::GetContentRegionAvail().x;
}

PageFrame::~PageFrame() {
  ImGui::PopStyleVar();
  ImGui::EndChild();
  if (narrow_) draw_round_button();
}

float PageFrame::height_left(float least) const {
  const float foot = narrow_ ? 0 : space::kSection;
  return std::max(least, std::floor(max_.y - ImGui::GetCursorScreenPos().y - ImGui::GetScrollY() - foot));
}

void PageFrame::draw_header(const AppState& state, const Emit& emit, const Text& title) {
  const float bottom = min_.y + space::kHeader;
  paint_box(min_, {max_.x, bottom}, theme().surface, 0, 0);
  ImGui::GetWindowDrawList()->AddLine({min_.x, bottom - 1}, {max_.x, bottom - 1}, theme().line);
  const float middle = min_.y + space::kHeader / 2 - 1;
  float left = min_.x + margin_;
  if (narrow_) {
    const float side = button_height({});
    ImGui::SetCursorScreenPos({min_.x + 6, middle - side / 2});
    if (icon_button(state.phrasebook()(TextId::OpenMenu), Icon::Menu)) emit(SetMenuOpen{true});
    left = min_.x + 6 + side + 6;
  }
  draw_actions(max_.x - margin_, middle);
  const float room = ImGui::GetCursorScreenPos().x - left - space::kGap;
  // A phone has no room for 20 beside the menu; a smaller title is better than a cut one.
  const int level = narrow_ ? 2 : 1;
  const float height = narrow_ ? type::kHeading : type::kTitle;
  ImGui::SetCursorScreenPos({left, std::round(middle - height / 2)});
  heading(title, level, room).level = 1;
}

/// From the right edge to the left; leaves the cursor at the leftmost one.
void PageFrame::draw_actions(float right, float middle) {
  float x = right;
  for (auto action = actions_.rbegin(); action != actions_.rend(); ++action) {
    if (narrow_ && action->kind == ButtonKind::Primary) continue;
    const ButtonStyle style{.kind = action->kind, .icon = action->icon};
    const bool icon_only = action->kind == ButtonKind::Quiet;
    const float width = icon_only ? button_height(style) : button_width(action->label, style);
    x -= width;
    ImGui::SetCursorScreenPos({x, middle - button_height(style) / 2});
    if (icon_only ? icon_button(action->label, action->icon) : button(action->label, style)) action->run();
    x -= space::kGap;
  }
  ImGui::SetCursorScreenPos({x, middle});
}

void PageFrame::draw_banners(const AppState& state, const Emit& emit, const Text& warning) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, space::kGap));
  const float left = ImGui::GetCursorScreenPos().x;
  ImGui::BeginChild("banners", {width_, 0}, ImGuiChildFlags_AutoResizeY | ImGuiChildFlags_NavFlattened);
  bool any = false;
  if (state.connection.lost) {
    const Text when = state.connection.retrying ? say(TextId::ServerLostRetrying)
                                                : say(TextId::ServerLostRetryIn, {seconds_left(state).str()});
    const Text sentence =
        Text::verbatim(say(TextId::ServerLost).str() + say(TextId::Comma).str() + when.str());
    if (banner(Tone::Bad, Icon::Offline, sentence, say(TextId::RetryNow))) emit(RetryNow{});
    surface().change_in(1);
    any = true;
  }
  if (!warning.empty()) {
    banner(Tone::Warning, Icon::Warning, warning);
    any = true;
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  const float below = any ? ImGui::GetItemRectMax().y + space::kSection : ImGui::GetItemRectMin().y;
  ImGui::SetCursorScreenPos({left, below});
}

void PageFrame::draw_round_button() {
  const auto main = std::find_if(actions_.begin(), actions_.end(), [](const HeaderAction& action) {
    return action.kind == ButtonKind::Primary;
  });
  if (main == actions_.end()) return;
  const ImVec2 at{max_.x - space::kPageMarginNarrow - kRoundButton,
                  max_.y - space::kPageMarginNarrow - kRoundButton};
  // In a window of its own: above the content that scrolls beneath it.
  ImGui::SetCursorScreenPos(at);
  ImGui::BeginChild("round", {kRoundButton, kRoundButton}, ImGuiChildFlags_NavFlattened,
                    ImGuiWindowFlags_NoBackground);
  const Press press = press_area(main->label.c_str(), {kRoundButton, kRoundButton});
  describe(Role::Button, main->label);
  paint_box(press.min, press.max, theme().accent.fill, 0, kRoundButton / 2);
  if (press.held) paint_box(press.min, press.max, theme().hover, 0, kRoundButton / 2);
  paint_icon(main->icon, {(press.min.x + press.max.x) / 2, (press.min.y + press.max.y) / 2}, 28,
             theme().on_accent);
  ImGui::EndChild();
  if (press.clicked) main->run();
}

}  // namespace geminate::ui
