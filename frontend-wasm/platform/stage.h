#pragma once

#include <string>

#include "frontend-wasm/platform/platform.h"
#include "frontend-wasm/widgets/surface.h"
#include "imgui.h"

struct ImGuiContext;

namespace geminate::ui::platform {

/// One page in one ImGui context: what the browser and the native platform do alike in a frame.
class Stage {
 public:
  explicit Stage(Console console);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Surface& surface() { return surface_; }
  const Surface& surface() const { return surface_; }
  const Console& console() const { return console_; }
  void resize(float width, float height, float pixel_ratio);
  /// Lays the page out; the caller draws ImGui::GetDrawData() if it wants to see it.
  void frame(double now);
  /// Escape ends typing but keeps what was typed, then closes what is open. ImGui alone would undo the text.
  void press_escape();
  /// Whether Tab would wrap around inside the page; then nothing inside has the focus any more, and the
  /// browser moves it on, out of the canvas.
  bool tab_leaves(bool backwards);

 private:
  void sharpen_edges();
  bool is_at_edge(bool backwards) const;
  void mark_focus();

  Console console_;
  Surface surface_;
  ImGuiContext* context_;
  double last_frame_ = 0;
  bool end_typing_ = false;
};

/// Adds the three faces to the current context's atlas.
Fonts add_fonts();

}  // namespace geminate::ui::platform
