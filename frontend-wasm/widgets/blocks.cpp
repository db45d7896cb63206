#include "frontend-wasm/widgets/blocks.h"

#include <algorithm>
#include <cmath>

namespace geminate::ui {

bool banner(Tone tone, Icon icon, const Text& message, const Text& action) {
  const ToneColours& colours = theme().tone(tone);
  const TextStyle style{.size = type::kBody, .colour = colours.text};
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float action_width = action.empty() ? 0 : measure(action, {.size = type::kBody}).x + space::kSection;
  const float wrap = width - 48 - space::kCardX - action_width;
  const ImVec2 extent = measure(message, style, wrap);
  const ImVec2 max{min.x + width, min.y + extent.y + 2 * space::kCardY + 2};
  paint_box(min, max, colours.wash, (colours.fill & 0x00ffffff) | 0x66000000);
  const float first_line = min.y + space::kCardY + 1 + type::kBody / 2;
  paint_icon(icon, {min.x + 26, first_line}, 20, colours.fill);
  paint_wrapped({min.x + 48, min.y + space::kCardY + 1}, message, style, wrap);
  describe_text(message, min, max, Role::Alert);
  bool pressed = false;
  if (!action.empty()) {
    ImGui::SetCursorScreenPos({max.x - action_width, min.y + space::kCardY + 1});
    pressed = link(action, type::kBody);
  }
  ImGui::SetCursorScreenPos(min);
  ImGui::Dummy({width, max.y - min.y});
  return pressed;
}

void figure_card(ImVec2 size, const Figure& figure) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  const float room = size.x - 2 * space::kCardX;
  paint_box(min, max, theme().surface, theme().line);
  paint_text({min.x + space::kCardX, min.y + space::kCardY}, figure.name,
             {.size = type::kLabel, .colour = theme().secondary}, room);
  const TextStyle value{.size = type::kFigure, .face = Face::Semibold, .colour = figure.colour};
  paint_text({min.x + space::kCardX, min.y + space::kCardY + 18}, figure.value, value, room);
  const TextStyle remark{.size = type::kLabel, .colour = theme().secondary};
  paint_text({min.x + space::kCardX, max.y - space::kCardY - type::kLabel}, figure.remark, remark, room);
  ImGui::Dummy(size);
  const std::string spoken = figure.name.str() + " " + figure.value.str() +
                             (figure.remark.empty() ? "" : " · " + figure.remark.str());
  describe_text(Text::verbatim(spoken), min, max);
}

bool empty_state(Icon icon, const Text& title, const Text& explanation, const Text& action, Icon sign) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float middle = origin.x + room.x / 2;
  const float wrap = std::min(420.0F, room.x - 2 * space::kSection);
  float y = origin.y + std::max(space::kSection, (room.y - 200) / 2);
  ImGui::GetWindowDrawList()->AddCircleFilled({middle, y + 28}, 28, theme().muted.wash, 48);
  paint_icon(icon, {middle, y + 28}, 26, theme().secondary);
  y += 56 + space::kGap;
  const auto centred = [middle](float width) { return std::round(middle - width / 2); };
  const TextStyle title_style{.size = type::kHeading, .face = Face::Semibold};
  const float title_width = std::min(measure(title, title_style).x, room.x);
  ImGui::SetCursorScreenPos({centred(title_width), y});
  heading(title, 2, room.x);
  y += type::kHeading + space::kTightGap;
  const TextStyle quiet{.colour = theme().secondary};
  const ImVec2 extent = measure(explanation, quiet, wrap);
  ImGui::SetCursorScreenPos({centred(extent.x), y});
  paragraph(explanation, quiet, wrap);
  if (action.empty()) return false;
  const ButtonStyle main{.kind = ButtonKind::Primary, .icon = sign};
  ImGui::SetCursorScreenPos({centred(button_width(action, main)), y + extent.y + space::kSection});
  return button(action, main);
}

void skeleton_rows(int count, float height) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  for (int row = 0; row < count; ++row) {
    const float y = origin.y + height * static_cast<float>(row) + height / 2 - 5;
    const float shares[] = {0.08F, 0.26F, 0.1F, 0.18F, 0.08F};
    float x = origin.x + space::kSection;
    for (const float share : shares) {
      // Uneven widths look like text; the same ones in every frame.
      const float length =
          width * share * (0.7F + 0.1F * static_cast<float>((row * 3 + static_cast<int>(share * 100)) % 4));
      paint_box({x, y}, {x + length, y + 10}, theme().track, 0, 5);
      x += width * (share + 0.05F);
    }
  }
  ImGui::Dummy({width, height * static_cast<float>(count)});
}

Card::Card(const char* id, ImVec2 size, ImVec2 padding) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  paint_box(min, {min.x + size.x, min.y + size.y}, theme().surface, theme().line);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::BeginChild(id, size, ImGuiChildFlags_AlwaysUseWindowPadding | ImGuiChildFlags_NavFlattened);
  ImGui::PopStyleVar();
}

Card::~Card() { ImGui::EndChild(); }

}  // namespace geminate::ui
