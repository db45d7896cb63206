#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "frontend-wasm/platform/given_file.h"

struct ImFontLoader;

namespace geminate::ui::platform {

/// What the console gives the platform.
struct Console {
  /// Draws one frame; called between ImGui's NewFrame and Render.
  std::function<void()> draw;
  /// The address changed without us (back, forward); gets path and query, such as "/manage/keys?q=a".
  std::function<void(std::string_view path)> path_changed;
  /// Text files that were dropped on the page, pasted or chosen (pick_files), several of them as one; or a
  /// text too long for a field that was pasted: then without a name. Returns whether it was taken.
  std::function<bool(std::string_view name, std::string_view content)> text_offered{};
  /// One file, if it is no text or nobody took it as one.
  std::function<void(GivenFile file)> file_given{};
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

/// The address bar: path and query.
std::string path();
/// `replaces`: Back leads to what was before the present one.
void show_path(std::string_view path, bool replaces);
/// The browser asks before it leaves the page.
void guard_leaving(bool unsaved);
/// What stands before the path: "https://example.org:7860".
std::string origin();
void set_title(std::string_view title);

/// What this browser remembers for us, over visits; nothing secret belongs here. Names that begin with "tab."
/// are remembered by this tab alone, until it is closed.
std::optional<std::string> remembered(std::string_view name);
void remember(std::string_view name, std::string_view value);

bool prefers_dark();
bool prefers_chinese();
/// Tells the page around the canvas (its ground, the language read aloud) what is shown inside.
void set_page_look(bool dark, bool chinese);
/// Hands a text to the visitor as a file.
void save_file(std::string_view name, std::string_view content);
/// Opens the browser's choice of files of these MIME types or endings; only while an input is answered.
void pick_files(std::string_view accept);

/// The texture of a small square picture of an image; 0 while it is being made, and where it cannot be. `id`
/// names the image; what is not asked for while a frame is drawn is freed after it.
std::uint64_t thumbnail(std::uint32_t id, const std::string& bytes, const std::string& type);

/// Where glyphs come from: the browser's canvas, or plain boxes in native tests.
const ImFontLoader* font_loader();

}  // namespace geminate::ui::platform
