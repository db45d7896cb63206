#include "frontend-wasm/platform/stage.h"

#include <algorithm>

#include "imgui_internal.h"

namespace geminate::ui {

Surface& surface() { return *static_cast<Surface*>(ImGui::GetIO().UserData); }

namespace platform {
namespace {

ImFont* add_face(const char* name, ImU32 face) {
  ImFontConfig config;
  config.FontLoader = font_loader();
  config.FontNo = face;  // which face of the family the loader is to draw: 0 regular, 1 semibold, 2 mono
  ImStrncpy(config.Name, name, sizeof config.Name);
  return ImGui::GetIO().Fonts->AddFont(&config);
}

/// What nobody described is the frame of a list, which Tab goes through and does not stop at.
bool takes_focus(const SemanticNode& node) { return node.tab_stop && node.described; }

}  // namespace

Fonts add_fonts() {
  Fonts fonts;
  fonts.regular = add_face("regular", 0);
  fonts.semibold = add_face("semibold", 1);
  fonts.mono = add_face("mono", 2);
  return fonts;
}

Stage::Stage(Console console) : console_(std::move(console)), context_(ImGui::CreateContext()) {
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.UserData = &surface_;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  io.ConfigInputTextCursorBlink = false;  // a blinking caret would draw for ever
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  io.ConfigNavCaptureKeyboard = true;
  context_->ConfigNavWindowingKeyNext = 0;  // Ctrl+Tab is the browser's
  context_->ConfigNavWindowingKeyPrev = 0;
  context_->TestEngineHookItems = true;
  surface_.fonts = add_fonts();
  apply_theme(*surface_.theme);
}

Stage::~Stage() { ImGui::DestroyContext(context_); }

void Stage::resize(float width, float height, float pixel_ratio) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {width, height};
  io.DisplayFramebufferScale = {pixel_ratio, pixel_ratio};
}

void Stage::frame(double now) {
  ImGuiIO& io = ImGui::GetIO();
  io.DeltaTime = last_frame_ == 0 ? 1.0F / 60 : std::max(0.0001F, static_cast<float>(now - last_frame_));
  last_frame_ = now;
  surface_.next_change_in = std::numeric_limits<double>::infinity();
  surface_.semantics.begin_frame();
  surface_.drawer_width = 0;
  ImGui::NewFrame();
  // ImGui would darken what lies behind a dialog over some frames, and stop half-way where none is drawn.
  // Nothing of the console moves by itself, so whoever asks the system for less motion has it.
  context_->DimBgRatio = ImGui::GetTopMostPopupModal() != nullptr ? 1.0F : 0.0F;
  sharpen_edges();
  if (end_typing_) ImGui::ClearActiveID();
  end_typing_ = false;
  console_.draw();
  mark_focus();
  surface_.escape = false;
  ImGui::Render();
}

/// ImGui blends edges over one CSS pixel; over one device pixel they are sharp on dense screens too.
void Stage::sharpen_edges() {
  const float ratio = std::max(1.0F, ImGui::GetIO().DisplayFramebufferScale.x);
  context_->DrawListSharedData.InitialFringeScale = 1.0F / ratio;
}

/// Screen readers follow the keyboard; a pointer's leftover focus would only mislead them.
void Stage::mark_focus() {
  const ImGuiID typing = ImGui::GetIO().WantTextInput ? context_->ActiveId : 0;
  const ImGuiID focused = typing != 0 ? typing : context_->NavCursorVisible ? context_->NavId : 0;
  SemanticNode* node = surface_.semantics.find(focused);
  if (node != nullptr) node->focused = true;
}

void Stage::press_escape() {
  end_typing_ = ImGui::GetIO().WantTextInput;
  surface_.escape = true;
}

bool Stage::is_at_edge(bool backwards) const {
  const std::deque<SemanticNode>& nodes = surface_.semantics.nodes();
  const ImGuiID focused = context_->ActiveId != 0 ? context_->ActiveId : context_->NavId;
  // Nothing inside has the focus: the page as a whole is the stop before its first widget.
  if (focused == 0) return backwards;
  // What has it need not be a stop itself: the arrows lead into a table's rows.
  const auto ends = [focused](const SemanticNode& node) { return node.id == focused || takes_focus(node); };
  if (backwards) {
    const auto first = std::find_if(nodes.begin(), nodes.end(), ends);
    return first == nodes.end() || first->id == focused;
  }
  const auto last = std::find_if(nodes.rbegin(), nodes.rend(), ends);
  return last == nodes.rend() || last->id == focused;
}

bool Stage::tab_leaves(bool backwards) {
  if (!is_at_edge(backwards)) return false;
  // Whoever comes back begins anew, from whichever side.
  ImGui::ClearActiveID();
  context_->NavId = 0;
  ImGui::SetNavCursorVisible(false);
  return true;
}

}  // namespace platform
}  // namespace geminate::ui

/// IMGUI_ENABLE_FREETYPE (imconfig.h) makes ImGui ask for its default loader by this name.
namespace ImGuiFreeType {
const ImFontLoader* GetFontLoader();
const ImFontLoader* GetFontLoader() { return geminate::ui::platform::font_loader(); }
}  // namespace ImGuiFreeType
