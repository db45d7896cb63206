#include "frontend-wasm/widgets/selectable_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace geminate::ui {
namespace {

using Lines = std::vector<std::string_view>;

/// Where in the text the selection begins and ends, in this order of being made. Kept in the window's
/// storage.
struct Selection {
  int* anchor;
  int* caret;

  std::size_t first() const { return static_cast<std::size_t>(std::min(*anchor, *caret)); }
  std::size_t last() const { return static_cast<std::size_t>(std::max(*anchor, *caret)); }
};

struct Laid {
  const std::string& content;
  Lines lines;
  ImVec2 at;
  float step;
};

std::size_t begin_of(const Laid& laid, std::size_t line) {
  return static_cast<std::size_t>(laid.lines[line].data() - laid.content.data());
}

float width_of(std::string_view text) {
  return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
}

std::size_t next_character(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
  return at;
}

/// The place in the text that a point is nearest to.
std::size_t place_at(const Laid& laid, ImVec2 point) {
  if (laid.lines.empty()) return 0;
  const auto row = static_cast<long>(std::floor((point.y - laid.at.y) / laid.step));
  if (row < 0) return 0;
  if (row >= static_cast<long>(laid.lines.size())) return laid.content.size();
  const auto line = static_cast<std::size_t>(row);
  const std::string_view text = laid.lines[line];
  float x = laid.at.x;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t next = next_character(text, at);
    const float advance = width_of(text.substr(at, next - at));
    if (point.x < x + advance / 2) break;
    x += advance;
    at = next;
  }
  return begin_of(laid, line) + at;
}

void follow_pointer(const Laid& laid, const Selection& selection) {
  if (!ImGui::IsItemActive() || !ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
  *selection.caret = static_cast<int>(place_at(laid, ImGui::GetIO().MousePos));
  if (ImGui::IsItemActivated() && !ImGui::GetIO().KeyShift) *selection.anchor = *selection.caret;
}

void follow_keys(const Laid& laid, const Selection& selection) {
  if (!ImGui::IsItemFocused()) return;
  if (ImGui::IsKeyChordPressed(ImGuiMod_Ctrl | ImGuiKey_A)) {
    *selection.anchor = 0;
    *selection.caret = static_cast<int>(laid.content.size());
  }
  if (!ImGui::IsKeyChordPressed(ImGuiMod_Ctrl | ImGuiKey_C) || selection.first() == selection.last()) return;
  ImGui::SetClipboardText(
      laid.content.substr(selection.first(), selection.last() - selection.first()).c_str());
}

void paint_selected(const Laid& laid, std::size_t line, const Selection& selection, float y) {
  const std::string_view text = laid.lines[line];
  const std::size_t begin = begin_of(laid, line);
  const std::size_t end = line + 1 < laid.lines.size() ? begin_of(laid, line + 1) : laid.content.size();
  const std::size_t from = std::max(selection.first(), begin);
  const std::size_t to = std::min(selection.last(), end);
  if (from >= to) return;
  const float left = laid.at.x + width_of(text.substr(0, std::min(from - begin, text.size())));
  const float right = laid.at.x + width_of(text.substr(0, std::min(to - begin, text.size())));
  // The end of a line that is selected too shows as a small piece of an empty one.
  const float least = to > begin + text.size() ? 4 : 0;
  ImGui::GetWindowDrawList()->AddRectFilled({left, y - 1}, {right + least, y + laid.step - 1},
                                            ImGui::GetColorU32(ImGuiCol_TextSelectedBg));
}

void paint_lines(const Laid& laid, const Selection& selection, Colour colour) {
  const float top = ImGui::GetWindowPos().y;
  const float bottom = top + ImGui::GetWindowSize().y;
  for (std::size_t line = 0; line < laid.lines.size(); ++line) {
    const float y = laid.at.y + laid.step * static_cast<float>(line);
    if (y + laid.step < top || y > bottom) continue;
    paint_selected(laid, line, selection, y);
    const std::string_view text = laid.lines[line];
    ImGui::GetWindowDrawList()->AddText({laid.at.x, y}, colour, text.data(), text.data() + text.size());
  }
}

}  // namespace

void selectable_text(const Text& name, const std::string& content, const TextStyle& style, float width) {
  const FontScope font(style);
  Laid laid{content, wrapped_lines(content, width), ImGui::GetCursorScreenPos(), style.size + 4};
  const float height = std::max(laid.step, laid.step * static_cast<float>(laid.lines.size()));
  const Press press = press_area(name.c_str(), {width, height});
  if (press.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
  describe(Role::Text, Text::verbatim(content));
  ImGuiStorage& storage = *ImGui::GetStateStorage();
  const ImGuiID id = ImGui::GetItemID();
  // Both are made before either is held: what is added moves the others.
  storage.GetIntRef(id, 0);
  storage.GetIntRef(id + 1, 0);
  const Selection selection{storage.GetIntRef(id, 0), storage.GetIntRef(id + 1, 0)};
  // Another text has come in its place.
  const int size = static_cast<int>(content.size());
  if (*selection.anchor > size || *selection.caret > size) *selection.anchor = *selection.caret = 0;
  follow_pointer(laid, selection);
  follow_keys(laid, selection);
  paint_lines(laid, selection, style.colour != 0 ? style.colour : theme().text);
}

}  // namespace geminate::ui
