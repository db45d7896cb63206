// What the console does not use of ImGui is left out of the build, as the page is fetched before it is run:
// tables (the console draws its own, widgets/data_table), tab bars, selections and lists of windows. The rest
// of ImGui names these functions of theirs, for repairs and behind "if there is one"; they stand here in
// their place.
#include <cstdarg>

#include <imgui.h>
#include <imgui_internal.h>

namespace ImGui {

// At start and at the end of a frame, table or not.
void TableSettingsAddSettingsHandler() {}
void TableGcCompactSettings() {}

// Nobody has begun a table or columns.
void EndTable() { IM_ASSERT(false); }
void EndColumns() { IM_ASSERT(false); }
void PushColumnsBackground() { IM_ASSERT(false); }
void PopColumnsBackground() { IM_ASSERT(false); }
void TableEndRow(ImGuiTable*) { IM_ASSERT(false); }
void TableEndCell(ImGuiTable*) { IM_ASSERT(false); }
void TablePushColumnChannel(int) { IM_ASSERT(false); }
void TablePopColumnChannel() { IM_ASSERT(false); }
void TablePushBackgroundChannel() { IM_ASSERT(false); }
void TablePopBackgroundChannel() { IM_ASSERT(false); }
void TableGcCompactTransientBuffers(ImGuiTable*) { IM_ASSERT(false); }
void TableGcCompactTransientBuffers(ImGuiTableTempData*) { IM_ASSERT(false); }

// imgui_widgets.cpp is compiled with other names for these, under which nobody asks for them.
void EndTabBar() { IM_ASSERT(false); }
ImGuiMultiSelectIO* EndMultiSelect() {
  IM_ASSERT(false);
  return nullptr;
}
// The list of windows that Ctrl+Tab would bring up, which is the browser's.
bool Selectable(const char*, bool, ImGuiSelectableFlags, const ImVec2&) {
  IM_ASSERT(false);
  return false;
}

}  // namespace ImGui

#ifdef __EMSCRIPTEN__
/// ImGui would read its settings file with it, and there is none: the C library's stays out of the program.
/// What is left asks which number stands in "#version 300 es" (imgui_impl_opengl3.cpp, given by
/// platform_web.cpp).
extern "C" int sscanf(const char*, const char* format, ...) {
  if (format[0] != '#') return 0;
  va_list values;
  va_start(values, format);
  *va_arg(values, int*) = 300;
  va_end(values);
  return 1;
}
#endif
