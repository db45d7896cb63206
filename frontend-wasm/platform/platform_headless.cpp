#include <cmath>

#include "frontend-wasm/platform/glyph_loader.h"
#include "frontend-wasm/platform/headless.h"
#include "imgui_internal.h"

namespace geminate::ui::platform {
namespace {

Headless* headless = nullptr;

bool contains(ImFontAtlas*, ImFontConfig*, ImWchar codepoint) { return codepoint >= 0x20; }

/// Nothing to see, but as wide as real letters are: half an em, hanzi a whole one.
bool load_glyph(ImFontAtlas*, ImFontConfig*, ImFontBaked* baked, void*, ImWchar codepoint, ImFontGlyph* glyph,
                float* advance_only) {
  const float em = em_of(*baked);
  const float advance = codepoint < 0x2E80 ? std::round(em * 0.55F) : em;
  put_advance(advance, codepoint, glyph, advance_only);
  return true;
}

/// Says that every texture arrived on the graphics card; there is none.
void accept_textures() {
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) {
    if (texture->Status == ImTextureStatus_WantDestroy) {
      texture->SetStatus(ImTextureStatus_Destroyed);
    } else {
      texture->SetTexID(1);
      texture->SetStatus(ImTextureStatus_OK);
    }
  }
}

}  // namespace

const ImFontLoader* font_loader() {
  static const ImFontLoader loader = glyph_loader("headless", contains, load_glyph);
  return &loader;
}

Headless::Headless(Console console, float width, float height) : stage_(std::move(console)) {
  headless = this;
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
  ImGuiPlatformIO& io = ImGui::GetPlatformIO();
  io.Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) { headless->clipboard = text; };
  io.Platform_GetClipboardTextFn = [](ImGuiContext*) { return headless->clipboard.c_str(); };
  stage_.resize(width, height, 1);
}

Headless::~Headless() {
  for (ImTextureData* texture : ImGui::GetPlatformIO().Textures)
    texture->SetStatus(ImTextureStatus_Destroyed);
  if (headless == this) headless = nullptr;
}

void Headless::run(int frames) {
  for (int i = 0; i < frames; ++i) {
    now += 1.0 / 60;
    stage_.frame(now);
    accept_textures();
  }
}

void Headless::resize(float width, float height) {
  stage_.resize(width, height, 1);
  run();
}

bool Headless::click(Role role, std::string_view name) {
  const SemanticNode* node = page().find(role, name);
  if (node == nullptr || node->disabled) return false;
  ImGuiIO& io = ImGui::GetIO();
  io.AddMousePosEvent(node->rect.middle_x(), node->rect.middle_y());
  run(1);
  io.AddMouseButtonEvent(0, true);
  run(2);
  io.AddMouseButtonEvent(0, false);
  run();
  return true;
}

bool Headless::type(std::string_view field, std::string_view text) {
  if (!click(Role::Textbox, field)) return false;
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(ImGuiMod_Ctrl, true);
  io.AddKeyEvent(ImGuiKey_A, true);
  io.AddKeyEvent(ImGuiKey_A, false);
  io.AddKeyEvent(ImGuiMod_Ctrl, false);
  run();
  if (text.empty()) {
    press(ImGuiKey_Delete);
  } else {
    io.AddInputCharactersUTF8(std::string(text).c_str());
  }
  run();
  return true;
}

void Headless::press(ImGuiKey key) {
  if (key == ImGuiKey_Escape) {
    stage_.press_escape();
  } else {
    ImGui::GetIO().AddKeyEvent(key, true);
    ImGui::GetIO().AddKeyEvent(key, false);
  }
  run();
}

void Headless::press_with_control(ImGuiKey key) {
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, true);
  press(key);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, false);
  run();
}

void Headless::letter(char typed) {
  ImGui::GetIO().AddInputCharacter(static_cast<unsigned char>(typed));
  run();
}

bool Headless::tab(bool backwards) {
  if (stage_.tab_leaves(backwards)) {
    run();
    return true;
  }
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, backwards);
  press(ImGuiKey_Tab);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, false);
  run();
  return false;
}

const SemanticNode* Headless::focused() const {
  for (const SemanticNode& node : page().nodes()) {
    if (node.focused) return &node;
  }
  return nullptr;
}

// --- the platform's functions, as far as a page without a browser needs them
void start(Console) {}
void request_frames(int) {}
double now() { return headless->now; }
int zone_minutes() { return headless->zone_minutes; }
std::string path() { return headless->path; }
std::string origin() { return "http://console.test"; }
void pick_files(std::string_view) {}
std::uint64_t thumbnail(std::uint32_t, const std::string&, const std::string&) { return 0; }
void show_path(std::string_view path, bool) { headless->path = path; }
void guard_leaving(bool unsaved) { headless->guards_leaving = unsaved; }
void set_title(std::string_view title) { headless->title = title; }
std::optional<std::string> remembered(std::string_view name) {
  const auto found = headless->memory.find(name);
  return found == headless->memory.end() ? std::nullopt : std::optional(found->second);
}
void remember(std::string_view name, std::string_view value) {
  headless->memory.insert_or_assign(std::string(name), value);
}
bool prefers_dark() { return headless->prefers_dark; }
bool prefers_chinese() { return headless->prefers_chinese; }
void set_page_look(bool, bool) {}
void save_file(std::string_view name, std::string_view content) {
  headless->saved_files.insert_or_assign(std::string(name), content);
}

}  // namespace geminate::ui::platform
