#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

struct ImFontLoader;

namespace geminate::ui::platform {

/// What the console gives the platform.
struct Console {
  /// Draws one frame; called between ImGui's NewFrame and Render.
  std::function<void()> draw;
  /// The address changed without us (back, forward); gets the path, such as "/manage/keys".
  std::function<void(std::string_view path)> path_changed;
};

/// Makes ImGui's context, its fonts and the Surface, and begins to draw when something happens.
/// Nothing is drawn while nothing changes.
void start(Console console);

/// Something changed: draw again soon. ImGui needs a few frames to settle.
void request_frames(int count = 3);
/// Seconds from some fixed moment; never jumps.
double now();
/// Minutes that this place is ahead of UTC.
int zone_minutes();

/// The address bar.
std::string path();
/// What stands before it: "https://example.org:7860".
std::string origin();
void push_path(std::string_view path);
void set_title(std::string_view title);

/// What this browser remembers for us, over visits; nothing secret belongs here.
std::optional<std::string> remembered(std::string_view name);
void remember(std::string_view name, std::string_view value);

bool prefers_dark();
bool prefers_chinese();
/// Tells the page around the canvas (its ground, the language read aloud) what is shown inside.
void set_page_look(bool dark, bool chinese);
/// Hands a text to the visitor as a file.
void save_file(std::string_view name, std::string_view content);

/// Where glyphs come from: the browser's canvas, or plain boxes in native tests.
const ImFontLoader* font_loader();

}  // namespace geminate::ui::platform
