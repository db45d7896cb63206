#include "frontend-wasm/widgets/controls.h"

#include <algorithm>
#include <cmath>

namespace geminate::ui {
namespace {

constexpr float kIcon = 16;
constexpr float kIconGap = 6;
constexpr float kPillHeight = 24;

struct ButtonColours {
  Colour fill, border, text;
};

ButtonColours button_colours(ButtonKind kind) {
  const Theme& look = theme();
  switch (kind) {
    case ButtonKind::Primary:
      return {look.accent.fill, 0, look.on_accent};
    case ButtonKind::Destroy:
      return {look.bad.fill, 0, look.dark ? look.on_accent : look.surface};
    case ButtonKind::Danger:
      return {look.surface, look.line, look.bad.text};
    case ButtonKind::Quiet:
      return {0, 0, look.secondary};
    case ButtonKind::Secondary:
      break;
  }
  return {look.surface, look.line, look.text};
}

Colour faded(Colour colour) { return (colour & 0x00ffffff) | (colour >> 25 << 24); }

float side_padding(const ButtonStyle& style) { return style.small ? 12 : 14; }

TextStyle label_style(const ButtonStyle& style, Colour colour) {
  return {.size = style.small ? type::kDense : type::kBody, .face = Face::Regular, .colour = colour};
}

void paint_button(const Press& press, const Text& label, const ButtonStyle& style) {
  ButtonColours colours = button_colours(style.kind);
  if (style.disabled) colours = {faded(colours.fill), colours.border, faded(colours.text)};
  const ImVec2 size = {press.max.x - press.min.x, press.max.y - press.min.y};
  paint_box(press.min, press.max, colours.fill, colours.border, radius::kControl);
  if (!style.disabled && (press.hovered || press.held))
    paint_box(press.min, press.max, theme().hover, 0, radius::kControl);
  // Alone it is all there is to see, so it is larger.
  const float side = label.empty() ? kIcon + 4 : kIcon;
  const float icon = style.icon == Icon::None ? 0 : side + (label.empty() ? 0 : kIconGap);
  const TextStyle look = label_style(style, colours.text);
  const ImVec2 extent = measure(label, look);
  const float shown = std::min(extent.x, size.x - icon - 8);
  float x = press.min.x + (size.x - shown - icon) / 2;
  const float middle = (press.min.y + press.max.y) / 2;
  paint_icon(style.icon, {x + side / 2, middle}, side, colours.text);
  x = std::round(x + icon);
  paint_text({x, std::round(middle - extent.y / 2)}, label, look, shown + 1);
}

}  // namespace

float button_height(const ButtonStyle& style) {
  if (surface().touch) return space::kFieldTouch;
  return style.small ? 30 : space::kField;
}

float button_width(const Text& label, const ButtonStyle& style) {
  if (style.width > 0) return style.width;
  const float icon = style.icon == Icon::None ? 0 : kIcon + kIconGap;
  return std::ceil(measure(label, label_style(style, 0)).x) + icon + 2 * side_padding(style);
}

bool button(const Text& label, const ButtonStyle& style) {
  ImGui::BeginDisabled(style.disabled);
  const Press press = press_area(label.c_str(), {button_width(label, style), button_height(style)});
  describe(Role::Button, label);
  paint_button(press, label, style);
  ImGui::EndDisabled();
  return press.clicked;
}

bool icon_button(const Text& name, Icon icon, const ButtonStyle& style) {
  ImGui::BeginDisabled(style.disabled);
  ButtonStyle drawn = style;
  drawn.icon = icon;
  const float side = button_height(style);
  const Press press = press_area(name.c_str(), {side, side});
  describe(Role::Button, name);
  paint_button(press, Text(), drawn);
  tip(name);
  ImGui::EndDisabled();
  return press.clicked;
}

bool link(const Text& label, float size) {
  TextStyle style{.size = size, .face = Face::Regular, .colour = theme().accent.text};
  const ImVec2 extent = measure(label, style);
  const Press press = press_area(label.c_str(), extent);
  describe(Role::Link, label);
  paint_text(press.min, label, style);
  if (press.hovered) {
    ImGui::GetWindowDrawList()->AddLine({press.min.x, press.max.y - 1}, {press.max.x, press.max.y - 1},
                                        style.colour);
  }
  return press.clicked;
}

bool checkbox(const Text& label, bool on, bool label_shown, bool disabled) {
  constexpr float kBox = 18;
  const TextStyle style{.colour = disabled ? theme().faint : theme().text};
  const ImVec2 extent = label_shown ? measure(label, style) : ImVec2{0, 0};
  const float height = surface().touch ? space::kFieldTouch : 24;
  const float width = label_shown ? kBox + 8 + extent.x : std::max(kBox + 6, surface().touch ? height : 0);
  ImGui::BeginDisabled(disabled);
  const Press press = press_area(label.c_str(), {width, height});
  SemanticNode& node = describe(Role::Checkbox, label);
  node.checked = on ? Tristate::On : Tristate::Off;
  ImGui::EndDisabled();

  const float middle = std::round((press.min.y + press.max.y) / 2);
  const float left = label_shown ? press.min.x : std::round((press.min.x + press.max.x - kBox) / 2);
  const ImVec2 min{left, middle - kBox / 2};
  const ImVec2 max{left + kBox, middle + kBox / 2};
  const Colour border = press.hovered ? theme().accent.fill : theme().muted.fill;
  paint_box(min, max, on ? theme().accent.fill : theme().surface, on ? 0 : border, radius::kBox);
  if (on) paint_icon(Icon::Check, {left + kBox / 2, middle}, 14, theme().on_accent);
  if (label_shown) paint_text({left + kBox + 8, std::round(middle - extent.y / 2)}, label, style);
  return press.clicked;
}

bool chip(const Text& label, const Text& count, bool on) {
  const Theme& look = theme();
  const Colour colour = on ? look.accent.text : look.secondary;
  const TextStyle style{.size = type::kDense, .colour = colour};
  const float label_width = std::ceil(measure(label, style).x);
  const float count_width = std::ceil(measure(count, style).x);
  const float width = label_width + (count.empty() ? 0 : count_width + 6) + 24;
  const float height = surface().touch ? space::kFieldTouch : 30;
  const Press press = press_area(label.c_str(), {width, height});
  SemanticNode& node = describe(Role::Checkbox, label);
  node.checked = on ? Tristate::On : Tristate::Off;
  node.value = count.str();
  paint_box(press.min, press.max, on ? look.accent.wash : look.surface, on ? look.accent.fill : look.line,
            height / 2);
  if (press.hovered && !on) paint_box(press.min, press.max, look.hover, 0, height / 2);
  const float y = std::round((press.min.y + press.max.y - type::kDense) / 2);
  paint_text({press.min.x + 12, y}, label, style);
  paint_text({press.min.x + 12 + label_width + 6, y}, count,
             {.size = type::kDense, .colour = on ? colour : look.faint});
  return press.clicked;
}

void text(const Text& content, const TextStyle& style, float max_width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 extent = measure(content, style);
  const float width = max_width > 0 ? std::min(extent.x, max_width) : extent.x;
  paint_text(at, content, style, max_width);
  ImGui::Dummy({width, extent.y});
  describe_text(content, at, {at.x + width, at.y + extent.y});
}

void paragraph(const Text& content, const TextStyle& style, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float wrap = width > 0 ? width : ImGui::GetContentRegionAvail().x;
  const ImVec2 extent = measure(content, style, wrap);
  paint_wrapped(at, content, style, wrap);
  ImGui::Dummy(extent);
  describe_text(content, at, {at.x + extent.x, at.y + extent.y});
}

SemanticNode& heading(const Text& content, int level, float max_width) {
  const TextStyle style{.size = level == 1   ? type::kTitle
                                : level == 2 ? type::kHeading
                                             : type::kBody,
                        .face = Face::Semibold};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 extent = measure(content, style);
  const float width = max_width > 0 ? std::min(extent.x, max_width) : extent.x;
  paint_text(at, content, style, max_width);
  ImGui::Dummy({width, extent.y});
  SemanticNode& node = describe_text(content, at, {at.x + width, at.y + extent.y}, Role::Heading);
  node.level = level;
  return node;
}

ImVec2 pill_size(const Text& label) {
  return {std::ceil(measure(label, {.size = type::kLabel}).x) + 30, kPillHeight};
}

void paint_pill(ImVec2 at, Tone tone, const Text& label) {
  const ToneColours& colours = theme().tone(tone);
  const ImVec2 size = pill_size(label);
  paint_box(at, {at.x + size.x, at.y + size.y}, colours.wash, 0, radius::kPill);
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + 13, at.y + kPillHeight / 2}, 3.5F, colours.fill, 16);
  const TextStyle style{.size = type::kLabel, .colour = colours.text};
  paint_text({at.x + 22, std::round(at.y + (kPillHeight - type::kLabel) / 2)}, label, style);
}

void pill(Tone tone, const Text& label) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = pill_size(label);
  paint_pill(at, tone, label);
  ImGui::Dummy(size);
  describe_text(label, at, {at.x + size.x, at.y + size.y});
}

float paint_badge(ImVec2 at, const Text& label, float max_width) {
  if (label.empty()) return 0;
  const TextStyle style{.size = type::kLabel, .colour = theme().secondary};
  const float wanted = std::ceil(measure(label, style).x) + 16;
  const float width = max_width > 0 ? std::min(wanted, max_width) : wanted;
  paint_box(at, {at.x + width, at.y + 22}, 0, theme().line, radius::kBox);
  paint_text({at.x + 8, std::round(at.y + (22 - type::kLabel) / 2)}, label, style, width - 16 + 1);
  return width;
}

}  // namespace geminate::ui
