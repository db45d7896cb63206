#pragma once

#include "frontend-wasm/app/actions.h"
#include "frontend-wasm/text/text.h"
#include "imgui.h"

namespace geminate::ui {

// What every drawer at the right edge has: a head, what scrolls below it, and mostly a foot.

inline constexpr float kDrawerHead = 64;
inline constexpr float kDrawerFoot = 64;
inline constexpr float kDrawerPadding = 20;

/// The head's last button and the line under it; `min` and `width` are the drawer's.
void end_drawer_head(const Phrasebook& say, ImVec2 min, float width, const Emit& emit);

/// While it lives, what is drawn scrolls between head and foot.
class DrawerContent {
 public:
  DrawerContent(ImVec2 min, ImVec2 size, float foot);
  ~DrawerContent();
  DrawerContent(const DrawerContent&) = delete;
  DrawerContent& operator=(const DrawerContent&) = delete;

  float width() const { return ImGui::GetContentRegionAvail().x; }
};

}  // namespace geminate::ui
