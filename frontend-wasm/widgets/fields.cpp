#include "frontend-wasm/widgets/fields.h"

#include <algorithm>
#include <cmath>

#include "frontend-wasm/widgets/controls.h"
#include "imgui_internal.h"
#include "misc/cpp/imgui_stdlib.h"

namespace geminate::ui {
namespace {

constexpr float kIconRoom = 22;

void paint_field(ImVec2 min, ImVec2 max, bool focused, const Text& error, bool disabled) {
  const Theme& look = theme();
  const Colour border = !error.empty() ? look.bad.fill : focused ? look.accent.fill : look.line;
  paint_box(min, max, disabled ? look.background : look.surface, border, radius::kControl);
  if (focused) ImGui::GetWindowDrawList()->AddRect(min, max, border, radius::kControl, 0, 2);
}

/// ImGui's field without its own frame, so that ours shows focus and faults.
bool input(const char* id, std::string& value, const FieldStyle& style, ImVec2 size, bool* submitted) {
  const ImGuiInputTextFlags flags = style.password ? ImGuiInputTextFlags_Password : 0;
  if (style.height > 0) return ImGui::InputTextMultiline(id, &value, size, flags);
  ImGui::SetNextItemWidth(size.x);
  const std::string before = value;
  *submitted =
      ImGui::InputTextWithHint(id, style.hint.c_str(), &value, flags | ImGuiInputTextFlags_EnterReturnsTrue);
  return value != before;
}

/// Whether the field could not be written in a frame ago, as it was not there or disabled. Noted in the
/// window's storage.
bool becomes_ready(const char* id) {
  int* seen = ImGui::GetStateStorage()->GetIntRef(ImGui::GetID(id), 0);
  const int frame = ImGui::GetFrameCount();
  const bool fresh = *seen == 0 || *seen < frame - 1;
  *seen = frame;
  return fresh;
}

}  // namespace

FieldEvent text_field(const Text& name, std::string& value, const FieldStyle& style, const Text& error) {
  const bool lines = style.height > 0;
  const float width = style.width > 0 ? style.width : ImGui::GetContentRegionAvail().x;
  const ImVec2 size{width, lines ? style.height : surface().field_height()};
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  const std::string id = "##" + name.str();
  const bool focused = ImGui::GetActiveID() == ImGui::GetID(id.c_str());
  const float inset = style.icon == Icon::None ? 0 : kIconRoom;

  paint_field(min, max, focused, error, style.disabled);
  paint_icon(style.icon, {min.x + 20, (min.y + max.y) / 2}, 16, theme().faint);
  ImGui::PushFont(style.mono ? surface().fonts.mono : surface().fonts.regular,
                  lines ? type::kDense : type::kBody);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, 0);
  // Our frame shows that somebody types here; ImGui's ring would lie around a part of it.
  ImGui::PushStyleColor(ImGuiCol_NavCursor, focused ? 0 : theme().accent.fill);
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                      ImVec2(kFieldInset, lines ? 10 : (size.y - type::kBody) / 2));
  ImGui::BeginDisabled(style.disabled);
  ImGui::SetCursorScreenPos({min.x + inset, min.y});
  if (style.first && !style.disabled && becomes_ready(id.c_str())) ImGui::SetKeyboardFocusHere();
  FieldEvent event;
  // ImGui 1.92.2 breaks no lines in a field: its own text is hidden while ours, with breaks, stands there.
  const bool shows_wrapped = style.wraps && !focused && !value.empty();
  if (shows_wrapped) ImGui::PushStyleColor(ImGuiCol_Text, 0);
  event.changed =
      input(id.c_str(), value, style, {size.x - inset - style.room_right, size.y}, &event.submitted);
  if (style.keeps_arrows && focused)
    ImGui::GetCurrentContext()->ActiveIdUsingNavDirMask |= (1 << ImGuiDir_Up) | (1 << ImGuiDir_Down);
  if (shows_wrapped) ImGui::PopStyleColor();
  SemanticNode& node = describe(Role::Textbox, name);
  if (shows_wrapped) {
    ImGui::PushClipRect({min.x, min.y + 2}, {max.x, max.y - 2}, true);
    paint_wrapped({min.x + kFieldInset, min.y + 10}, Text::verbatim(value), {.size = type::kDense},
                  size.x - 2 * kFieldInset);
    ImGui::PopClipRect();
  }
  if (lines && value.empty())
    paint_wrapped({min.x + 12, min.y + 10}, style.hint, {.size = type::kDense, .colour = theme().faint},
                  size.x - 24);
  ImGui::EndDisabled();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor(2);
  ImGui::PopFont();

  node.value = value;
  node.secret = style.password;
  node.invalid = !error.empty();
  node.description = error.str();
  return event;
}

FieldEvent form_field(const Text& label, std::string& value, const FieldStyle& style, const Text& error,
                      const Text& note) {
  ImGui::BeginGroup();
  const float width = style.width > 0 ? style.width : ImGui::GetContentRegionAvail().x;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 6));
  text(label, {.size = type::kLabel, .colour = theme().secondary}, width);
  FieldStyle sized = style;
  sized.width = width;
  const FieldEvent event = text_field(label, value, sized, error);
  if (!error.empty()) {
    paragraph(error, {.size = type::kLabel, .colour = theme().bad.text}, width);
  } else if (!note.empty()) {
    paragraph(note, {.size = type::kLabel, .colour = theme().faint}, width);
  }
  ImGui::PopStyleVar();
  ImGui::EndGroup();
  return event;
}

void focus_next_field() { ImGui::SetKeyboardFocusHere(); }

}  // namespace geminate::ui
