#pragma once

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
  /// A file that was dropped on the page or chosen (pick_file), or a text too long for a field that was
  /// pasted: then without a name. Of several files: the last part. Returns whether it was taken.
  std::function<bool(std::string_view name, std::string_view content)> text_offered{};
  /// A file was dropped on the page, pasted or picked.
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
/// Opens the browser's choice of text files; inside a press only.
void pick_file();
/// Opens the browser's choice of files of these MIME types; only while an input is answered.
void pick_files(std::string_view accept);

/// Where glyphs come from: the browser's canvas, or plain boxes in native tests.
const ImFontLoader* font_loader();

}  // namespace geminate::ui::platform
