#include "frontend-wasm/widgets/row_focus.h"

#include <algorithm>

#include "imgui_internal.h"

namespace geminate::ui {
namespace {

constexpr const char* kCurrent = "current row";
constexpr const char* kWanted = "wanted row";

ImGuiID focused_item() {
  return ImGui::IsItemFocused() && !ImGui::GetIO().WantTextInput ? ImGui::GetItemID() : 0;
}

bool takes_key(ImGuiID item, ImGuiKey key, ImGuiInputFlags flags = ImGuiInputFlags_None) {
  if (item == 0) return false;
  ImGui::SetKeyOwner(key, item);
  return ImGui::IsKeyPressed(key, flags, item);
}

void focus(ImGuiID item, ImGuiWindow* window) {
  ImGui::SetFocusID(item, window);
  ImGui::SetNavCursorVisible(true);
}

void focus_last_item() { focus(ImGui::GetItemID(), ImGui::GetCurrentWindow()); }

}  // namespace

bool last_item_takes(ImGuiKey key) { return takes_key(focused_item(), key); }

RowFocus::RowFocus(int rows, float height, ImGuiID head)
    : rows_(rows),
      height_(height),
      head_(head),
      window_(*ImGui::GetCurrentWindow()),
      current_(std::clamp(window_.StateStorage.GetInt(ImHashStr(kCurrent, 0, window_.ID), 0), 0,
                          std::max(0, rows - 1))),
      wanted_(window_.StateStorage.GetInt(ImHashStr(kWanted, 0, window_.ID), -1)) {}

void RowFocus::keep(const char* name, int value) {
  window_.StateStorage.SetInt(ImHashStr(name, 0, window_.ID), value);
}

void RowFocus::include_in(ImGuiListClipper& clipper) const {
  clipper.IncludeItemByIndex(current_);
  if (wanted_ >= 0 && wanted_ < rows_) clipper.IncludeItemByIndex(wanted_);
}

void RowFocus::go_to_current() { keep(kWanted, current_); }

void RowFocus::begin_row(int index) { ImGui::PushItemFlag(ImGuiItemFlags_NoTabStop, index != current_); }

void RowFocus::end_row(int index) {
  ImGui::PopItemFlag();
  edges_ = {ImGui::GetItemRectMin().y, ImGui::GetItemRectMax().y};
  if (index == wanted_) {
    keep(kWanted, -1);
    focus_last_item();
  }
  moved_to_ = -1;
  focused_ = focused_item();
  if (focused_ == 0) return;
  keep(kCurrent, index);
  take_moves(index);
}

bool RowFocus::takes(ImGuiKey key) const { return takes_key(focused_, key); }

void RowFocus::after_inner(int index, bool enter, ImGuiKey back) {
  if (enter) return focus_last_item();
  focused_ = focused_item();
  if (focused_ == 0) return;
  if (takes(back)) keep(kWanted, index);
  take_moves(index);
}

void RowFocus::take_moves(int index) {
  struct Step {
    ImGuiKey key;
    int by;
  };
  const int page = std::max(1, static_cast<int>(window_.InnerRect.GetHeight() / height_) - 1);
  const Step steps[] = {{ImGuiKey_UpArrow, -1},    {ImGuiKey_DownArrow, 1}, {ImGuiKey_PageUp, -page},
                        {ImGuiKey_PageDown, page}, {ImGuiKey_Home, -rows_}, {ImGuiKey_End, rows_}};
  for (const Step& step : steps) {
    if (!takes_key(focused_, step.key, ImGuiInputFlags_Repeat)) continue;
    // ImGui would look for the nearest item above, and might find one beside the table.
    if (step.key == ImGuiKey_UpArrow && index == 0 && head_ != 0) {
      focus(head_, window_.ParentWindow);
    } else {
      move(index, std::clamp(index + step.by, 0, rows_ - 1));
    }
  }
}

void RowFocus::move(int from, int to) {
  moved_to_ = to;
  keep(kWanted, to);
  const ImRect& view = window_.InnerRect;
  const float way = height_ * static_cast<float>(to - from);
  const float top = edges_.x + way;
  const float bottom = edges_.y + way;
  if (top < view.Min.y) {
    ImGui::SetScrollY(ImGui::GetScrollY() - (view.Min.y - top));
  } else if (bottom > view.Max.y) {
    ImGui::SetScrollY(ImGui::GetScrollY() + bottom - view.Max.y);
  }
}

}  // namespace geminate::ui
