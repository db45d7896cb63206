// What the console does not use of ImGui is left out of the build, as the page is fetched before it is run:
// tables (the console draws its own, widgets/data_table), tab bars, selections and lists of windows. The rest
// of ImGui names these functions of theirs, for repairs and behind "if there is one"; they stand here in
// their place.
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
// Every colour that is used comes from the theme (widgets/theme.cpp).
void StyleColorsDark(ImGuiStyle*) {}
// The list of windows that Ctrl+Tab would bring up, which is the browser's.
bool Selectable(const char*, bool, ImGuiSelectableFlags, const ImVec2&) {
  IM_ASSERT(false);
  return false;
}

}  // namespace ImGui

/// imgui.cpp's name for sscanf, with which it would read its settings file; there is none.
extern "C" int geminate_reads_no_settings(const char*, const char*, ...);
extern "C" int geminate_reads_no_settings(const char*, const char*, ...) { return 0; }
