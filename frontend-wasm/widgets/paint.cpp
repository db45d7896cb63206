#include "frontend-wasm/widgets/paint.h"

#include <algorithm>
#include <cfloat>

#include "frontend-wasm/widgets/line_break.h"
#include "imgui_internal.h"

namespace geminate::ui {
namespace {

ImFont* font_of(Face face) {
  const Fonts& fonts = surface().fonts;
  return face == Face::Semibold ? fonts.semibold : face == Face::Mono ? fonts.mono : fonts.regular;
}

Colour colour_of(const TextStyle& style) { return style.colour != 0 ? style.colour : theme().text; }

/// From one line's top to the next one's: Chinese in several lines needs more air than ImGui's 1.25 em.
float line_step(float size) { return size == type::kBody ? size + 4 : size + 3; }

/// In the current font.
std::vector<std::string_view> lines_of(const Text& text, float width) {
  return wrapped_lines(text.str(), width);
}

Rect visible_part(ImVec2 min, ImVec2 max) {
  ImRect part(min, max);
  part.ClipWith(ImGui::GetCurrentWindow()->ClipRect);
  return {part.Min.x, part.Min.y, part.Max.x, part.Max.y};
}

/// Where the text must end so that it and an ellipsis fit; always between two characters.
const char* cut_to_fit(const Text& text, float width) {
  const char* end = text.c_str() + text.str().size();
  const float ellipsis = ImGui::CalcTextSize("…").x;
  const char* cut = text.c_str();
  ImGui::GetFont()->CalcTextSizeA(ImGui::GetFontSize(), std::max(0.0F, width - ellipsis), 0, text.c_str(),
                                  end, &cut);
  return cut;
}

}  // namespace

FontScope::FontScope(const TextStyle& style) { ImGui::PushFont(font_of(style.face), style.size); }
FontScope::~FontScope() { ImGui::PopFont(); }

std::vector<std::string_view> wrapped_lines(std::string_view text, float width) {
  ImFontBaked* font = ImGui::GetFontBaked();
  return break_lines(text, width, [font](char32_t code) { return font->GetCharAdvance(code); });
}

ImVec2 measure(const Text& text, const TextStyle& style, float wrap_width) {
  const FontScope font(style);
  if (wrap_width <= 0) return ImGui::CalcTextSize(text.c_str());
  float widest = 0;
  const auto lines = lines_of(text, wrap_width);
  for (const std::string_view line : lines) {
    widest = std::max(widest, ImGui::CalcTextSize(line.data(), line.data() + line.size()).x);
  }
  return {widest,
          lines.empty() ? 0 : style.size + line_step(style.size) * static_cast<float>(lines.size() - 1)};
}

float paint_text(ImVec2 at, const Text& text, const TextStyle& style, float max_width) {
  const FontScope font(style);
  ImDrawList& into = *ImGui::GetWindowDrawList();
  const Colour colour = colour_of(style);
  const float width = ImGui::CalcTextSize(text.c_str()).x;
  if (max_width <= 0 || width <= max_width) {
    into.AddText(at, colour, text.c_str());
    return width;
  }
  const char* cut = cut_to_fit(text, max_width);
  const float shown = ImGui::CalcTextSize(text.c_str(), cut).x;
  into.AddText(at, colour, text.c_str(), cut);
  into.AddText({at.x + shown, at.y}, colour, "…");
  return max_width;
}

void paint_wrapped(ImVec2 at, const Text& text, const TextStyle& style, float wrap_width) {
  const FontScope font(style);
  for (const std::string_view line : lines_of(text, wrap_width)) {
    ImGui::GetWindowDrawList()->AddText(at, colour_of(style), line.data(), line.data() + line.size());
    at.y += line_step(style.size);
  }
}

void paint_box(ImVec2 min, ImVec2 max, Colour fill, Colour border, float rounding) {
  ImDrawList& into = *ImGui::GetWindowDrawList();
  if (fill != 0) into.AddRectFilled(min, max, fill, rounding);
  if (border != 0) into.AddRect(min, max, border, rounding);
}

void paint_icon(Icon icon, ImVec2 middle, float side, Colour colour) {
  draw_icon(*ImGui::GetWindowDrawList(), icon, middle, side, colour);
}

void paint_bar(ImVec2 at, float width, float share, Colour fill, float height) {
  ImDrawList& into = *ImGui::GetWindowDrawList();
  into.AddRectFilled(at, {at.x + width, at.y + height}, theme().track, height / 2);
  if (share <= 0) return;
  const float filled = std::max(height, width * std::min(1.0F, share));
  into.AddRectFilled(at, {at.x + filled, at.y + height}, fill, height / 2);
}

void paint_spark(ImVec2 at, ImVec2 size, const std::vector<std::int64_t>& values, Colour colour) {
  if (values.size() < 2) return;
  const auto most =
      static_cast<float>(std::max<std::int64_t>(1, *std::max_element(values.begin(), values.end())));
  const float step = size.x / static_cast<float>(values.size() - 1);
  ImDrawList& into = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < values.size(); ++i) {
    into.PathLineTo(
        {at.x + step * static_cast<float>(i), at.y + size.y * (1 - static_cast<float>(values[i]) / most)});
  }
  into.PathStroke(colour, 0, 1.5F);
}

bool is_behind_dialog(ImGuiWindow* window) {
  ImGuiWindow* dialog = ImGui::GetTopMostPopupModal();
  return dialog != nullptr && !ImGui::IsWindowWithinBeginStackOf(window, dialog);
}

SemanticNode& describe(Role role, const Text& name) {
  return surface().semantics.describe(ImGui::GetItemID(), role, name.str());
}

SemanticNode& describe_text(const Text& text, ImVec2 min, ImVec2 max, Role role) {
  SemanticTree& tree = surface().semantics;
  ImGuiID id = ImHashStr(text.c_str(), text.str().size(),
                         ImGui::GetCurrentWindow()->IDStack.back() + static_cast<int>(role));
  // The same word twice in one place: the second gets the next number, every frame alike.
  for (const SemanticNode* taken = tree.find(id); taken != nullptr && taken->described;
       taken = tree.find(++id)) {
  }
  const bool stays = role == Role::Heading || role == Role::Status || role == Role::Alert;
  const bool hidden = !stays && is_behind_dialog(ImGui::GetCurrentWindow());
  tree.place(id, hidden ? Rect{} : visible_part(min, max), false);
  return tree.describe(id, role, text.str());
}

Press press_area(const char* id, ImVec2 size, bool beneath) {
  Press press;
  press.min = ImGui::GetCursorScreenPos();
  press.max = {press.min.x + size.x, press.min.y + size.y};
  if (beneath) ImGui::SetNextItemAllowOverlap();
  press.clicked = ImGui::InvisibleButton(id, size, ImGuiButtonFlags_EnableNav);
  press.hovered = ImGui::IsItemHovered() && !surface().touch;
  press.held = ImGui::IsItemActive();
  press.focused = ImGui::IsItemFocused();
  if (press.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return press;
}

void tip(const Text& text) {
  if (text.empty() || surface().touch || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_DelayNormal | ImGuiHoveredFlags_AllowWhenDisabled)) {
    surface().change_in(0.1);  // nothing else would draw the frame in which the delay is over
    return;
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(10, 6));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, radius::kPill);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, radius::kPill);
  if (ImGui::BeginTooltip()) {
    // ImGui measures a window in its first frame and shows it in the next, which nothing else would draw.
    if (ImGui::IsWindowAppearing()) surface().change_in(0);
    constexpr float kWidest = 360;
    const TextStyle style{.size = type::kDense};
    const ImVec2 size = measure(text, style, kWidest);
    paint_wrapped(ImGui::GetCursorScreenPos(), text, style, kWidest);
    ImGui::Dummy(size);
    ImGui::EndTooltip();
  }
  ImGui::PopStyleVar(3);
}

void gap(float height) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::Dummy({0, height});
  ImGui::PopStyleVar();
}

}  // namespace geminate::ui
