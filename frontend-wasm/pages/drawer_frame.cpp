#include "frontend-wasm/pages/drawer_frame.h"

#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {

void end_drawer_head(const Phrasebook& say, ImVec2 min, float width, const Emit& emit) {
  const float side = button_height({});
  ImGui::SetCursorScreenPos({min.x + width - side - 10, min.y + (kDrawerHead - side) / 2});
  if (icon_button(say(TextId::Close), Icon::Close)) emit(CloseOverlay{});
  const float line = min.y + kDrawerHead - 1;
  ImGui::GetWindowDrawList()->AddLine({min.x, line}, {min.x + width, line}, theme().line);
}

DrawerContent::DrawerContent(ImVec2 min, ImVec2 size, float foot) {
  ImGui::SetCursorScreenPos({min.x, min.y + kDrawerHead});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(kDrawerPadding, space::kSection));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::BeginChild("content", {size.x, size.y - kDrawerHead - foot},
                    ImGuiChildFlags_AlwaysUseWindowPadding | ImGuiChildFlags_NavFlattened);
}

DrawerContent::~DrawerContent() {
  ImGui::EndChild();
  ImGui::PopStyleVar(2);
}

}  // namespace geminate::ui
