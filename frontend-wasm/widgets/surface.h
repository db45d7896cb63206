#pragma once

#include <functional>
#include <limits>

#include "frontend-wasm/testing/semantics.h"
#include "frontend-wasm/widgets/theme.h"

struct ImFont;
struct ImGuiWindow;

namespace geminate::ui {

struct Fonts {
  ImFont* regular = nullptr;
  ImFont* semibold = nullptr;
  ImFont* mono = nullptr;
};

/// What widgets share while a frame is drawn. It hangs on ImGui's context, not in a global, so that tests may
/// hold several pages at once.
struct Surface {
  const Theme* theme = &light_theme();
  Fonts fonts;
  SemanticTree semantics;
  /// The last pointer was a finger: targets grow to 44.
  bool touch = false;
  /// Escape was pressed and nobody has answered yet; whoever closes something takes it.
  bool escape = false;
  /// How wide the drawer at the right edge is, 0 without one: messages stand beside it, not on its commands.
  float drawer_width = 0;
  /// Where this frame's messages stand: a press there is not one beside a dialog.
  Rect messages;
  /// Seconds until the page changes by itself (a countdown's next second); infinity when it rests.
  double next_change_in = std::numeric_limits<double>::infinity();

  /// A dialog that lies above every other; drawn within the innermost that is open, as ImGui stacks them so.
  /// Whoever draws it takes it.
  std::function<void()> above_all;

  float field_height() const { return touch ? space::kFieldTouch : space::kField; }
  void change_in(double seconds) {
    if (seconds < next_change_in) next_change_in = seconds;
  }
  bool take_escape() {
    const bool pressed = escape;
    escape = false;
    return pressed;
  }
};

/// The current context's surface.
Surface& surface();

/// While a dialog is open nothing behind it can be used, so nothing behind it is told of, but headings, which
/// say on which page the dialog lies, and messages.
bool is_behind_dialog(ImGuiWindow* window);

}  // namespace geminate::ui
