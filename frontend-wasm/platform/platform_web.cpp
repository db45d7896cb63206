// The browser as platform: frames on demand, events from web_input.js, WebGL 2 for drawing.
// Everything here runs on the page's one thread.

#include <GLES3/gl3.h>
#include <emscripten.h>
#include <emscripten/html5.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>

#include "backends/imgui_impl_opengl3.h"
#include "frontend-wasm/platform/stage.h"
#include "imgui_internal.h"

extern "C" {
void web_start();
void web_first_frame();
void web_request_frames(int count);
void web_request_frame_in(double seconds);
void web_set_cursor(const char* name);
int web_zone_minutes();
void web_path();
void web_show_path(const char* path, int replaces);
void web_guard_leaving(int unsaved);
void web_origin();
void web_pick_files(const char* accept);
unsigned web_thumbnail(unsigned id, const char* bytes, int length, const char* type);
void web_sweep_thumbnails();
void web_forget_thumbnails();
void web_set_title(const char* title);
int web_remembered(const char* name);
void web_remember(const char* name, const char* value);
int web_prefers_dark();
int web_prefers_chinese();
void web_set_page_look(int dark, int chinese);
void web_save_file(const char* name, const char* content);
void web_typing(int wanted, float x, float y, float height);
void web_copy(const char* text);
int web_mirror(const char* json);  // 0: it could not follow
}

namespace geminate::ui::platform {
namespace {

/// The browser calls plain functions, so what they need stands here; made once by start(), never freed.
struct Browser {
  explicit Browser(Console console) : stage(std::move(console)) {}
  Stage stage;
  std::string clipboard;
  MirrorNews mirror;
  std::uint64_t picture = 0;  // hash of what the canvas shows; 0: nothing
  bool in_frame = false;
  bool shown = false;
};
Browser* browser = nullptr;
std::string taken_text;  // the last string JavaScript handed over

void make_gl_context() {
  EmscriptenWebGLContextAttributes wish;
  emscripten_webgl_init_context_attributes(&wish);
  wish.majorVersion = 2;
  wish.alpha = false;
  wish.depth = false;
  wish.antialias = false;  // ImGui draws its own soft edges
  wish.enableExtensionsByDefault = false;
  emscripten_webgl_make_context_current(emscripten_webgl_create_context("#canvas", &wish));
  ImGui_ImplOpenGL3_Init("#version 300 es");
}

void connect_imgui() {
  ImGui::GetIO().BackendPlatformName = "geminate_web";
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  ImGuiPlatformIO& io = ImGui::GetPlatformIO();
  io.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) {
    browser->clipboard = text;
    web_copy(text);
  };
  io.Platform_GetClipboardTextFn = [](ImGuiContext*) -> const char* { return browser->clipboard.c_str(); };
  io.Platform_SetImeDataFn = [](ImGuiContext*, ImGuiViewport*, ImGuiPlatformImeData* ime) {
    web_typing(ime->WantTextInput ? 1 : 0, ime->InputPos.x, ime->InputPos.y, ime->InputLineHeight);
  };
}

void draw_gl() {
  const ImGuiIO& io = ImGui::GetIO();
  const auto pixels = [&io](float points) {
    return static_cast<int>(std::lround(points * io.DisplayFramebufferScale.x));
  };
  const ImVec4 ground = ImGui::GetStyle().Colors[ImGuiCol_WindowBg];
  glViewport(0, 0, pixels(io.DisplaySize.x), pixels(io.DisplaySize.y));
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  web_sweep_thumbnails();
}

/// Of all that would be drawn.
std::uint64_t picture_of(const ImDrawData& drawing) {
  std::uint64_t picture = 14695981039346656037U;
  const auto mix = [&picture](const void* bytes, std::size_t size) {
    const auto* at = static_cast<const char*>(bytes);
    for (; size >= sizeof(std::uint64_t); at += sizeof(std::uint64_t), size -= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, sizeof word);
      picture = (std::rotl(picture, 23) ^ word) * 1099511628211U;
    }
    for (; size > 0; ++at, --size) picture = (picture ^ static_cast<unsigned char>(*at)) * 1099511628211U;
  };
  for (const ImDrawList* list : drawing.CmdLists) {
    mix(list->VtxBuffer.Data, static_cast<std::size_t>(list->VtxBuffer.size_in_bytes()));
    mix(list->IdxBuffer.Data, static_cast<std::size_t>(list->IdxBuffer.size_in_bytes()));
    for (const ImDrawCmd& command : list->CmdBuffer) {
      mix(&command.ClipRect, sizeof command.ClipRect);
      mix(&command.ElemCount, sizeof command.ElemCount);
      mix(&command.TexRef._TexID, sizeof command.TexRef._TexID);
    }
  }
  return picture;
}

/// Whether glyphs wait to be uploaded.
bool has_news_for_textures(const ImDrawData& drawing) {
  if (drawing.Textures == nullptr) return false;
  return std::any_of(drawing.Textures->begin(), drawing.Textures->end(),
                     [](const ImTextureData* texture) { return texture->Status != ImTextureStatus_OK; });
}

/// What looks as it did is left on the screen: the browser would put it together anew.
void draw_if_changed() {
  const ImDrawData& drawing = *ImGui::GetDrawData();
  const std::uint64_t picture = picture_of(drawing);
  if (picture == browser->picture && !has_news_for_textures(drawing)) return;
  browser->picture = picture;
  draw_gl();
}

void show_cursor() {
  static constexpr std::array<const char*, 11> kNames = {
      "default",     "text",    "move", "ns-resize", "ew-resize",  "nesw-resize",
      "nwse-resize", "pointer", "wait", "progress",  "not-allowed"};
  const int cursor = ImGui::GetMouseCursor();
  web_set_cursor(cursor < 0 || cursor >= static_cast<int>(kNames.size()) ? "none" : kNames[cursor]);
}

/// The mirror is touched only where the page has changed.
void update_mirror() {
  const std::string news = browser->mirror.since_last(browser->stage.surface().semantics);
  if (!news.empty() && web_mirror(news.c_str()) == 0) browser->mirror.forget();
}

void schedule_next() {
  // ImGui takes fast input in over several frames.
  if (!ImGui::GetCurrentContext()->InputEventsQueue.empty()) web_request_frames(1);
  const double wait = browser->stage.surface().next_change_in;
  if (std::isfinite(wait)) web_request_frame_in(wait);
}

}  // namespace

void start(Console console) {
  browser = new Browser(std::move(console));
  make_gl_context();
  connect_imgui();
  web_start();
}

void request_frames(int count) { web_request_frames(count); }
double now() { return emscripten_get_now() / 1000; }
int zone_minutes() { return web_zone_minutes(); }

std::string path() {
  web_path();
  return taken_text;
}
void show_path(std::string_view path, bool replaces) {
  web_show_path(std::string(path).c_str(), replaces ? 1 : 0);
}
void guard_leaving(bool unsaved) { web_guard_leaving(unsaved ? 1 : 0); }
std::string origin() {
  web_origin();
  return taken_text;
}
void pick_files(std::string_view accept) { web_pick_files(std::string(accept).c_str()); }
std::uint64_t thumbnail(std::uint32_t id, const std::string& bytes, const std::string& type) {
  return web_thumbnail(id, bytes.data(), static_cast<int>(bytes.size()), type.c_str());
}
void set_title(std::string_view title) { web_set_title(std::string(title).c_str()); }

std::optional<std::string> remembered(std::string_view name) {
  if (web_remembered(std::string(name).c_str()) == 0) return std::nullopt;
  return taken_text;
}
void remember(std::string_view name, std::string_view value) {
  web_remember(std::string(name).c_str(), std::string(value).c_str());
}

bool prefers_dark() { return web_prefers_dark() != 0; }
bool prefers_chinese() { return web_prefers_chinese() != 0; }
void set_page_look(bool dark, bool chinese) { web_set_page_look(dark ? 1 : 0, chinese ? 1 : 0); }
void save_file(std::string_view name, std::string_view content) {
  web_save_file(std::string(name).c_str(), std::string(content).c_str());
}

}  // namespace geminate::ui::platform

using geminate::ui::platform::browser;

extern "C" {

/// 0: lays out only; 1: draws as well; 2: and shows the page's readers what is there.
EMSCRIPTEN_KEEPALIVE void ui_frame(int visible) {
  using namespace geminate::ui::platform;
  // An event inside a frame (focus moves while ImGui asks for the keyboard) must not begin another one.
  if (browser->in_frame) return;
  browser->in_frame = true;
  if (visible != 0) ImGui_ImplOpenGL3_NewFrame();
  browser->stage.frame(now());
  if (visible != 0) draw_if_changed();
  show_cursor();
  if (visible > 1) update_mirror();
  schedule_next();
  browser->in_frame = false;
  if (visible != 0 && !browser->shown) web_first_frame();
  browser->shown = browser->shown || visible != 0;
}

EMSCRIPTEN_KEEPALIVE void ui_resize(float width, float height, float ratio) {
  browser->picture = 0;  // a canvas that was resized is blank
  browser->stage.resize(width, height, ratio);
}

EMSCRIPTEN_KEEPALIVE void ui_pointer(float x, float y, int touch) {
  browser->stage.surface().touch = touch != 0;
  ImGuiIO& io = ImGui::GetIO();
  io.AddMouseSourceEvent(touch != 0 ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  io.AddMousePosEvent(x, y);
}
EMSCRIPTEN_KEEPALIVE void ui_pointer_left() { ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX); }
EMSCRIPTEN_KEEPALIVE void ui_button(int button, int down) {
  ImGui::GetIO().AddMouseButtonEvent(button, down != 0);
}

/// In CSS pixels; ImGui scrolls five lines for one step of a wheel.
EMSCRIPTEN_KEEPALIVE void ui_scroll(float x, float y) {
  const float step = 5 * ImGui::GetStyle().FontSizeBase;
  ImGui::GetIO().AddMouseWheelEvent(x / step, y / step);
}

EMSCRIPTEN_KEEPALIVE void ui_key(int key, int down) {
  if (key == ImGuiKey_Escape) {
    if (down != 0) browser->stage.press_escape();
    return;
  }
  ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(key), down != 0);
}

EMSCRIPTEN_KEEPALIVE void ui_modifiers(int held) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(ImGuiMod_Ctrl, (held & 1) != 0);
  io.AddKeyEvent(ImGuiMod_Shift, (held & 2) != 0);
  io.AddKeyEvent(ImGuiMod_Alt, (held & 4) != 0);
}

/// Ctrl and a letter, pressed and let go.
EMSCRIPTEN_KEEPALIVE void ui_chord(int letter) {
  ImGuiIO& io = ImGui::GetIO();
  const auto key = static_cast<ImGuiKey>(ImGuiKey_A + letter - 'a');
  io.AddKeyEvent(ImGuiMod_Ctrl, true);
  io.AddKeyEvent(key, true);
  io.AddKeyEvent(key, false);
  io.AddKeyEvent(ImGuiMod_Ctrl, false);
}

EMSCRIPTEN_KEEPALIVE void ui_text(const char* text) { ImGui::GetIO().AddInputCharactersUTF8(text); }
EMSCRIPTEN_KEEPALIVE void ui_set_clipboard(const char* text) { browser->clipboard = text; }
EMSCRIPTEN_KEEPALIVE void ui_focus(int focused) { ImGui::GetIO().AddFocusEvent(focused != 0); }
EMSCRIPTEN_KEEPALIVE int ui_tab_leaves(int backwards) {
  return browser->stage.tab_leaves(backwards != 0) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE void ui_activate(unsigned id) { ImGui::ActivateItemByID(id); }
EMSCRIPTEN_KEEPALIVE void ui_take_text(const char* text) { geminate::ui::platform::taken_text = text; }

EMSCRIPTEN_KEEPALIVE void ui_path_changed(const char* path) {
  if (browser->stage.console().path_changed) browser->stage.console().path_changed(path);
}

/// `content` is a zero-terminated copy of JavaScript's, freed by it.
EMSCRIPTEN_KEEPALIVE int ui_offer_text(const char* name, const char* content) {
  const auto& offered = browser->stage.console().text_offered;
  return offered && offered(name, content) ? 1 : 0;
}

EMSCRIPTEN_KEEPALIVE void ui_file_given(const char* name, const char* type, const char* bytes, int length,
                                        double size) {
  if (!browser->stage.console().file_given) return;
  browser->stage.console().file_given(
      {name, type, std::string(bytes, static_cast<std::size_t>(length)), static_cast<std::uint64_t>(size)});
}

/// A web font arrived: every glyph is drawn anew.
EMSCRIPTEN_KEEPALIVE void ui_fonts_changed() {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  ImFontAtlasBuildDiscardBakes(atlas, 0);
  for (ImFont* font : atlas->Fonts) font->ClearOutputData();
}

EMSCRIPTEN_KEEPALIVE void ui_context_restored() {
  browser->picture = 0;
  web_forget_thumbnails();
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init("#version 300 es");
}
}
