// Dear ImGui calls these for every item it lays out (IMGUI_ENABLE_TEST_ENGINE). They are on for everybody,
// not only in tests: the same tree makes the canvas readable to screen readers. Cost: below half a
// millisecond a frame.

#include "frontend-wasm/testing/semantics.h"
#include "frontend-wasm/widgets/surface.h"
#include "imgui.h"
#include "imgui_internal.h"

namespace {

using geminate::ui::Rect;
using geminate::ui::Role;
using geminate::ui::SemanticNode;
using geminate::ui::Surface;

/// ImGui also reports windows, their title bars and resize grips; none of them is a thing of the page.
bool is_window_part(const ImGuiWindow& window, ImGuiID id) {
  return id == window.ID || id == window.MoveId || id == window.ChildId;
}

bool is_tab_stop(const ImGuiWindow& window, ImGuiItemFlags flags) {
  constexpr ImGuiItemFlags kPassedOver =
      ImGuiItemFlags_NoTabStop | ImGuiItemFlags_NoNav | ImGuiItemFlags_Disabled;
  return (flags & kPassedOver) == 0 && (window.RootWindow->Flags & ImGuiWindowFlags_NoNavFocus) == 0;
}

Surface* surface_of(ImGuiContext* context) { return static_cast<Surface*>(context->IO.UserData); }

}  // namespace

void ImGuiTestEngineHook_ItemAdd(ImGuiContext* context, ImGuiID id, const ImRect& box,
                                 const ImGuiLastItemData* item) {
  ImGuiWindow* window = context->CurrentWindow;
  Surface* surface = surface_of(context);
  if (id == 0 || surface == nullptr || window->Hidden || is_window_part(*window, id) ||
      geminate::ui::is_behind_dialog(window))
    return;
  ImRect visible = box;
  visible.ClipWith(window->ClipRect);
  const bool disabled = item != nullptr && (item->ItemFlags & ImGuiItemFlags_Disabled) != 0;
  surface->semantics.place(id, Rect{visible.Min.x, visible.Min.y, visible.Max.x, visible.Max.y}, disabled);
  surface->semantics.find(id)->tab_stop = item != nullptr && is_tab_stop(*window, item->ItemFlags);
}

/// Only a safety net: whatever is drawn without a `ui::` wrapper is told of as a plain button with its label.
void ImGuiTestEngineHook_ItemInfo(ImGuiContext* context, ImGuiID id, const char* label,
                                  ImGuiItemStatusFlags flags) {
  Surface* surface = surface_of(context);
  SemanticNode* node = surface == nullptr ? nullptr : surface->semantics.find(id);
  if (node == nullptr || node->described || label == nullptr || label[0] == '#' || label[0] == '\0') return;
  const std::string_view name(label, static_cast<std::size_t>(ImGui::FindRenderedTextEnd(label) - label));
  surface->semantics.describe(
      id, (flags & ImGuiItemStatusFlags_Inputable) != 0 ? Role::Textbox : Role::Button, name);
}

void ImGuiTestEngineHook_Log(ImGuiContext*, const char*, ...) {}

const char* ImGuiTestEngine_FindItemDebugLabel(ImGuiContext*, ImGuiID) { return ""; }
