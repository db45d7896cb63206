#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/testing/semantics.h"
#include "frontend-wasm/text/text.h"
#include "frontend-wasm/widgets/icons.h"
#include "frontend-wasm/widgets/surface.h"
#include "imgui.h"

namespace geminate::ui {

enum class Face : std::uint8_t { Regular, Semibold, Mono };

/// How a run of text looks. Colour 0 is the theme's text.
struct TextStyle {
  float size = type::kBody;
  Face face = Face::Regular;
  Colour colour = 0;
};

/// ImGui's text functions read the current font; this makes it the style's for a moment.
class FontScope {
 public:
  explicit FontScope(const TextStyle& style);
  ~FontScope();
  FontScope(const FontScope&) = delete;
  FontScope& operator=(const FontScope&) = delete;
};
/// The lines that a text takes in the current font; views into it.
std::vector<std::string_view> wrapped_lines(std::string_view text, float width);

inline const Theme& theme() { return *surface().theme; }

// --- painting: into the current window's draw list, in screen coordinates; no layout, nothing to press
ImVec2 measure(const Text& text, const TextStyle& style = {}, float wrap_width = 0);
/// Text on one line; what goes beyond max_width is cut with an ellipsis. Returns the width used.
float paint_text(ImVec2 at, const Text& text, const TextStyle& style = {}, float max_width = 0);
void paint_wrapped(ImVec2 at, const Text& text, const TextStyle& style, float wrap_width);
void paint_box(ImVec2 min, ImVec2 max, Colour fill, Colour border = 0, float rounding = radius::kCard);
void paint_icon(Icon icon, ImVec2 middle, float side, Colour colour);
/// A share of a whole; over 1 is full.
void paint_bar(ImVec2 at, float width, float share, Colour fill, float height = 6);
/// A line through the values, from 0 at the bottom to their largest at the top.
void paint_spark(ImVec2 at, ImVec2 size, const std::vector<std::int64_t>& values, Colour colour);

// --- semantics
/// Says what the last item is.
SemanticNode& describe(Role role, const Text& name);
/// Says that a text stands there; painted text has no item of its own.
SemanticNode& describe_text(const Text& text, ImVec2 min, ImVec2 max, Role role = Role::Text);
/// Everything described while it lives stands inside the node.
class Within {
 public:
  explicit Within(const SemanticNode& node) { surface().semantics.open(node.id); }
  /// Inside the item that was drawn last.
  Within() { surface().semantics.open(ImGui::GetItemID()); }
  ~Within() { surface().semantics.close(); }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
};

// --- layout, on ImGui's cursor
/// A region that can be pressed with pointer, Enter and Space.
struct Press {
  bool clicked = false;
  bool hovered = false;
  bool held = false;
  bool focused = false;  // by the keyboard
  ImVec2 min, max;
};
/// `beneath`: items drawn later over it get the pointer first (a row with its buttons).
Press press_area(const char* id, ImVec2 size, bool beneath = false);
/// Shows the text beside the pointer when it rests on the last item.
void tip(const Text& text);
void gap(float height);

}  // namespace geminate::ui
