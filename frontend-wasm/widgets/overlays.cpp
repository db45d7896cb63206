#include "frontend-wasm/widgets/overlays.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "frontend-wasm/widgets/controls.h"
#include "imgui_internal.h"
#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

constexpr float kDialogPadding = 24;
constexpr ImGuiWindowFlags kBare = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                   ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                   ImGuiWindowFlags_NoCollapse;

bool page_is_narrow() { return ImGui::GetIO().DisplaySize.x < space::kNarrowBelow; }

ImGuiWindowFlags place_at_edge(ImVec2 page, float width, bool left) {
  const float used = std::min(width, page.x);
  if (!left) surface().drawer_width = used;
  ImGui::SetNextWindowPos({left ? 0 : page.x - used, 0});
  ImGui::SetNextWindowSize({used, page.y});
  return ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
}

ImGuiWindowFlags place_middle(ImVec2 page, float width, bool narrow) {
  const float margin = narrow ? 0 : space::kPageMarginNarrow;
  const float used = narrow ? page.x : std::min(width, page.x - 2 * margin);
  const ImVec2 anchor = narrow ? ImVec2(0.5F, 1) : ImVec2(0.5F, 0.42F);
  ImGui::SetNextWindowPos({page.x / 2, page.y * anchor.y}, ImGuiCond_Always, anchor);
  ImGui::SetNextWindowSizeConstraints({used, 0}, {used, page.y - 2 * margin});
  return ImGuiWindowFlags_AlwaysAutoResize;
}

float item_height() { return surface().touch ? space::kFieldTouch : 34; }

/// Messages lie above everything but an open menu, which one is just choosing from.
void raise_toast() {
  const bool menu_open =
      ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup) && ImGui::GetTopMostPopupModal() == nullptr;
  if (!menu_open) ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
}

bool is_over_message() {
  const ImVec2 at = ImGui::GetIO().MousePos;
  const Rect& area = surface().messages;
  return at.x >= area.left && at.x < area.right && at.y >= area.top && at.y < area.bottom;
}

bool pressed_beside() {
  // The press that opened the dialog is not yet over in the frame in which it appears.
  return ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsWindowAppearing() && !is_over_message() &&
         !ImGui::IsWindowHovered(ImGuiHoveredFlags_RootAndChildWindows |
                                 ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
         ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows) && ImGui::IsMousePosValid();
}

}  // namespace

Dialog::Dialog(const char* id, const Text& title, Form form, float width) : narrow_(page_is_narrow()) {
  const bool edge = form != Form::Middle;
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  if (!ImGui::IsPopupOpen(id)) ImGui::OpenPopup(id);
  const ImGuiWindowFlags flags = kBare | (edge ? place_at_edge(page, width, form == Form::LeftEdge)
                                               : place_middle(page, width, narrow_));
  const float padding = edge ? 0 : narrow_ ? space::kPageMarginNarrow : kDialogPadding;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(padding, edge ? 0 : 20));
  ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, edge ? 0 : radius::kCard);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, edge ? 0 : radius::kCard);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(space::kTightGap, space::kGap));
  ImGui::BeginPopupModal(id, nullptr, flags);
  const ImVec2 min = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  const ImGuiID own = ImGui::GetID("dialog");
  surface().semantics.place(own, {min.x, min.y, min.x + size.x, min.y + size.y}, false);
  surface().semantics.describe(own, Role::Dialog, title.str());
  surface().semantics.open(own);
  const bool on_top = ImGui::GetTopMostPopupModal() == ImGui::GetCurrentWindow();
  dismissed_ = on_top && (pressed_beside() || surface().take_escape());
  if (!edge) {
    heading(title, 2, inner_width());
  } else {
    // At an edge each draws a head of its own; in words all have the same.
    describe_text(title, min, {min.x + size.x, min.y + 2}, Role::Heading).level = 2;
  }
}

Dialog::~Dialog() {
  surface().semantics.close();
  draw_above_all();
  ImGui::EndPopup();
  ImGui::PopStyleVar(4);
}

float Dialog::inner_width() const { return ImGui::GetContentRegionAvail().x; }

void draw_above_all() {
  const std::function<void()> draw = std::exchange(surface().above_all, nullptr);
  if (draw) draw();
}

void close_abandoned_dialogs() {
  const ImGuiContext& context = *ImGui::GetCurrentContext();
  for (int i = 0; i < context.OpenPopupStack.Size; ++i) {
    const ImGuiPopupData& popup = context.OpenPopupStack[i];
    const bool drawn = popup.Window != nullptr && popup.Window->LastFrameActive == context.FrameCount;
    if (drawn || popup.OpenFrameCount == context.FrameCount) continue;
    ImGui::ClosePopupToLevel(i, true);
    return;
  }
}

void open_menu(const char* id) { ImGui::OpenPopup(id); }

namespace {

/// Below what was pressed; where there is no room, above it, or else as far down as the page goes.
void place_menu(int items, float width) {
  constexpr float kGap = 3;
  constexpr float kEdge = 8;
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  const ImVec2 min = ImGui::GetItemRectMin();
  const ImVec2 max = ImGui::GetItemRectMax();
  const float height = static_cast<float>(items) * item_height() + 24;
  const bool below = max.y + kGap + height <= page.y;
  const bool above = !below && min.y - kGap - height >= 0;
  const float y = below ? max.y + kGap : above ? min.y - kGap : std::max(kEdge, page.y - height - kEdge);
  const bool leftwards = min.x + width + 16 > page.x;
  ImGui::SetNextWindowPos({leftwards ? max.x : min.x, y}, ImGuiCond_Appearing,
                          {leftwards ? 1.0F : 0.0F, above ? 1.0F : 0.0F});
  ImGui::SetNextWindowSizeConstraints({0, 0}, {page.x, page.y - 2 * kEdge});
}

}  // namespace

Menu::Menu(const char* id, int items, float width) : width_(width) {
  place_menu(items, width);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(6, 6));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  open_ = ImGui::BeginPopup(id, kBare | ImGuiWindowFlags_AlwaysAutoResize);
  if (!open_) return;
  // Whatever it hangs on: Tab goes through it.
  ImGui::PushItemFlag(ImGuiItemFlags_NoTabStop, false);
  const ImGuiID own = ImGui::GetID("menu");
  const ImVec2 at = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  surface().semantics.place(own, {at.x, at.y, at.x + size.x, at.y + size.y}, false);
  surface().semantics.describe(own, Role::Menu, "");
  surface().semantics.open(own);
  if (surface().take_escape()) ImGui::CloseCurrentPopup();
}

Menu::~Menu() {
  if (open_) {
    surface().semantics.close();
    ImGui::PopItemFlag();
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(2);
}

bool Menu::item(const Text& label, Icon icon, bool dangerous, bool checked) {
  const Press press = press_area(label.c_str(), {width_, item_height()});
  SemanticNode& node = describe(Role::Menuitem, label);
  if (checked) node.checked = Tristate::On;
  if (press.hovered) paint_box(press.min, press.max, theme().hover, 0, radius::kPill);
  const Colour colour = dangerous ? theme().bad.text : theme().text;
  const float middle = (press.min.y + press.max.y) / 2;
  paint_icon(icon, {press.min.x + 18, middle}, 16, dangerous ? colour : theme().secondary);
  paint_text({press.min.x + 34, std::round(middle - type::kBody / 2)}, label, {.colour = colour},
             width_ - 34 - 24);
  if (checked) paint_icon(Icon::Check, {press.max.x - 16, middle}, 14, theme().accent.fill);
  if (press.clicked) ImGui::CloseCurrentPopup();
  return press.clicked;
}

bool Menu::toggle(const Text& label, bool on, bool disabled) {
  ImGui::BeginDisabled(disabled);
  const Press press = press_area(label.c_str(), {width_, item_height()});
  describe(Role::Menuitem, label).checked = on ? Tristate::On : Tristate::Off;
  ImGui::EndDisabled();
  if (press.hovered) paint_box(press.min, press.max, theme().hover, 0, radius::kPill);
  const float middle = (press.min.y + press.max.y) / 2;
  if (on)
    paint_icon(Icon::Check, {press.min.x + 18, middle}, 14, disabled ? theme().faint : theme().accent.fill);
  paint_text({press.min.x + 34, std::round(middle - type::kBody / 2)}, label,
             {.colour = disabled ? theme().faint : theme().text}, width_ - 34 - 8);
  return press.clicked;
}

void Menu::separator() {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width_, 9});
  ImGui::GetWindowDrawList()->AddLine({at.x, at.y + 4}, {at.x + width_, at.y + 4}, theme().row_line);
}

namespace {

/// Where a drawer leaves room, else above its foot.
ImVec2 place_toast(ImVec2 size, float margin, float above) {
  constexpr float kDrawerFoot = 64;
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  const float drawer = surface().drawer_width;
  const bool beside = page.x - drawer >= size.x + 2 * margin;
  const float right = beside ? page.x - drawer : page.x;
  return {right - margin - size.x, page.y - margin - above - size.y - (beside ? 0 : kDrawerFoot)};
}

/// All messages of a frame stand on each other.
void note_place(ImVec2 at, ImVec2 size) {
  Rect& area = surface().messages;
  const Rect own{at.x, at.y, at.x + size.x, at.y + size.y};
  area = area.empty() ? own
                      : Rect{std::min(area.left, own.left), std::min(area.top, own.top),
                             std::max(area.right, own.right), std::max(area.bottom, own.bottom)};
}

void paint_toast(ImVec2 min, ImVec2 size, Tone tone, const Text& message, const Text& note, float wrap) {
  const ToneColours& colours = theme().tone(tone);
  const Icon icon = tone == Tone::Good                           ? Icon::Check
                    : tone == Tone::Bad || tone == Tone::Warning ? Icon::Warning
                                                                 : Icon::Info;
  paint_box(min, {min.x + size.x, min.y + size.y}, theme().surface, theme().line);
  paint_icon(icon, {min.x + 24, min.y + 23}, 18, colours.fill);
  paint_wrapped({min.x + 44, min.y + 14}, message, {}, wrap);
  if (note.empty()) return;
  const float below = min.y + 14 + measure(message, {}, wrap).y + 2;
  paint_wrapped({min.x + 44, below}, note, {.size = type::kDense, .colour = theme().secondary}, wrap);
}

}  // namespace

ToastPress toast(std::uint64_t id, Tone tone, const ToastTexts& texts, float* above) {
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  const float margin = page_is_narrow() ? space::kPageMarginNarrow : space::kPageMargin;
  const float width = std::min(400.0F, page.x - 2 * margin);
  const float action_width = texts.action.empty() ? 0 : measure(texts.action).x + space::kSection;
  const float wrap = width - 44 - 48 - action_width;
  const float note_height = texts.note.empty() ? 0 : measure(texts.note, {.size = type::kDense}, wrap).y + 2;
  const ImVec2 size{width, 28 + measure(texts.message, {}, wrap).y + note_height};
  const ImVec2 at = place_toast(size, margin, *above);
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size);
  ImGui::Begin(plain_text("##toast%llu", static_cast<unsigned long long>(id)).c_str(), nullptr,
               kBare | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoFocusOnAppearing |
                   ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse |
                   ImGuiWindowFlags_NoNavFocus);
  raise_toast();
  const ImVec2 min = ImGui::GetWindowPos();
  paint_toast(min, size, tone, texts.message, texts.note, wrap);
  const Text whole =
      texts.note.empty() ? texts.message : Text::verbatim(texts.message.str() + " " + texts.note.str());
  describe_text(whole, min, {min.x + size.x, min.y + size.y}, Role::Status);
  ToastPress press = ToastPress::None;
  if (!texts.action.empty()) {
    ImGui::SetCursorScreenPos({min.x + size.x - 42 - action_width + space::kTightGap, min.y + 14});
    if (link(texts.action, type::kBody)) press = ToastPress::Command;
  }
  ImGui::SetCursorScreenPos({min.x + size.x - 42, min.y + 5});
  if (icon_button(texts.close, Icon::Close)) press = ToastPress::Close;
  ImGui::End();
  note_place(at, size);
  *above += size.y + space::kTightGap;
  return press;
}

}  // namespace geminate::ui
