#include "frontend-wasm/widgets/icons.h"

#include <array>

namespace geminate::ui {
namespace {

/// Strokes on a grid of 20: M and L move and draw, Z closes, "C x y r" is a circle, "A x y r from to" an arc
/// (degrees, clockwise from the right), "D x y r" a dot.
constexpr std::array<const char*, 38> kStrokes = {
    "",
    "M10 4 L10 16 M4 10 L16 10",
    "C9 9 5.2 M13 13 L17 17",
    "M5 5 L15 15 M15 5 L5 15",
    "M3 5.5 L17 5.5 M3 10 L17 10 M3 14.5 L17 14.5",
    "D4.5 10 1.3 D10 10 1.3 D15.5 10 1.3",
    "M4.5 10.5 L8.5 14.5 L15.5 6",
    "C6.8 13.2 3.4 M9.3 10.7 L16.5 3.5 M13 7 L15.5 9.5 M16.5 3.5 L17.5 4.5",
    "M10 2.8 L16.2 5 L16.2 9.6 L15.4 12.6 L13.4 15.2 L10 17.2 L6.6 15.2 L4.6 12.6 L3.8 9.6 L3.8 5 Z M7.2 10 "
    "L9.3 12 L13 7.8",
    "C10 10 3.4 M10 2 L10 3.8 M10 16.2 L10 18 M2 10 L3.8 10 M16.2 10 L18 10 M4.4 4.4 L5.6 5.6 M14.4 14.4 "
    "L15.6 15.6 "
    "M4.4 15.6 L5.6 14.4 M14.4 5.6 L15.6 4.4",
    "A10 10 7 -12 252 A14.2 6.9 5.4 62 178",
    "M3 4.5 L17 4.5 L17 13 L3 13 Z M7.5 16.5 L12.5 16.5 M10 13 L10 16.5",
    "C10 10 7 M3 10 L17 10 A16.5 10 9.5 132.5 227.5 A3.5 10 9.5 -47.5 47.5",
    "M8 3.5 L4 3.5 L4 16.5 L8 16.5 M8.5 10 L17 10 M13.5 6.5 L17 10 L13.5 13.5",
    "A10 10 6.2 -30 240 M15.6 3.2 L15.6 7 L11.8 7",
    "M3.5 5.5 L16.5 5.5 M7.5 5.5 L7.5 3.5 L12.5 3.5 L12.5 5.5 M5 5.5 L5.8 16.5 L14.2 16.5 L15 5.5 M8.3 8.5 "
    "L8.6 13.5 M11.7 "
    "8.5 L11.4 13.5",
    "M4 16 L4.8 12.4 L13.6 3.6 L16.4 6.4 L7.6 15.2 Z M11.6 5.6 L14.4 8.4",
    "M10 3.2 L17.4 16.4 L2.6 16.4 Z M10 8 L10 11.8 D10 14 0.9",
    "C10 10 7 M10 9.2 L10 13.8 D10 6.6 0.9",
    "M7 7 L16 7 L16 17 L7 17 Z M13 7 L13 3.5 L4 3.5 L4 13.5 L7 13.5",
    "M5 8 L10 13 L15 8",
    "M5 12 L10 7 L15 12",
    "M10 13 L10 3.8 M6.2 7.4 L10 3.6 L13.8 7.4 M3.5 13 L3.5 16.5 L16.5 16.5 L16.5 13",
    "M10 3.5 L10 12.8 M6.2 9.2 L10 13 L13.8 9.2 M3.5 13 L3.5 16.5 L16.5 16.5 L16.5 13",
    "A10 10.8 6.2 -55 235 M10 3 L10 9.6",
    "M3 6 L17 6 L17 16 L3 16 Z M3 6 L5.5 3 L14.5 3 L17 6 M7.5 9.5 L12.5 9.5",
    "M3 3 L17 17 A10 14.5 9.5 205 240 A10 14.5 9.5 300 335 A10 14.5 5.6 215 260 D10 15 1",
    "C10 10 7 M10 5.8 L10 10 L13 12",
    "M7.5 5.5 L17 5.5 M7.5 10 L17 10 M7.5 14.5 L17 14.5 D3.8 5.5 1 D3.8 10 1 D3.8 14.5 1",
    "M3 16.5 L17 16.5 M5.5 16.5 L5.5 10.5 M10 16.5 L10 4.5 M14.5 16.5 L14.5 8",
    "M3 5.5 L9.8 5.5 M14.2 5.5 L17 5.5 C12 5.5 2.1 M3 14.5 L5.8 14.5 M10.2 14.5 L17 14.5 C8 14.5 2.1",
    "M3 4 L17 4 L17 13.5 L9.5 13.5 L6 17 L6 13.5 L3 13.5 Z M6.5 7.3 L13.5 7.3 M6.5 10.2 L11 10.2",
    "M3 4 L17 4 L17 16 L3 16 Z C7.3 8 1.4 M3 14 L8 10.5 L11 13 L14 9.5 L17 12.5",
    "M3.5 10 L16.5 10 M11 4.5 L16.5 10 L11 15.5",
    "M5.5 5.5 L14.5 5.5 L14.5 14.5 L5.5 14.5 Z",
    "M10 2.8 L16.4 6.4 L16.4 13.6 L10 17.2 L3.6 13.6 L3.6 6.4 Z M3.6 6.4 L10 10 L16.4 6.4 M10 10 L10 17.2",
    "C7.5 7 2.8 A7.5 16.5 5 180 360 A13 7.5 2.3 -110 110 A14 16 4 -90 0",
    "M4.5 3 L15.5 3 L15.5 17 L4.5 17 Z M7.5 6.8 L12.5 6.8 M7.5 10 L12.5 10 M7.5 13.2 L10.5 13.2",
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Pen {
 public:
  Pen(ImDrawList& into, ImVec2 middle, float side, Colour colour)
      : into_(into), origin_(middle.x - side / 2, middle.y - side / 2), unit_(side / 20), colour_(colour) {}

  void draw(const char* strokes) {
    for (at_ = strokes; *at_ != '\0';) command(*at_++);
    finish(false);
  }

 private:
  void command(char what) {
    if (what == 'M' || what == 'L') {
      if (what == 'M') finish(false);
      into_.PathLineTo(point());
    } else if (what == 'Z') {
      finish(true);
    } else if (what == 'C') {
      circle(false);
    } else if (what == 'D') {
      circle(true);
    } else if (what == 'A') {
      arc();
    }
  }
  void circle(bool filled) {
    finish(false);
    const ImVec2 middle = point();
    const float radius = number() * unit_;
    if (filled) {
      into_.AddCircleFilled(middle, radius, colour_, 16);
    } else {
      into_.AddCircle(middle, radius, colour_, 32, width());
    }
  }
  void arc() {
    finish(false);
    const ImVec2 middle = point();
    const float radius = number() * unit_;
    const float from = number() * kDegree;
    const float to = number() * kDegree;
    into_.PathArcTo(middle, radius, from, to, 28);
    finish(false);
  }
  void finish(bool closed) { into_.PathStroke(colour_, closed ? ImDrawFlags_Closed : 0, width()); }
  float number() {
    while (*at_ == ' ') ++at_;
    const bool negative = *at_ == '-';
    if (negative) ++at_;
    float value = 0;
    for (; is_digit(*at_); ++at_) value = value * 10 + static_cast<float>(*at_ - '0');
    if (*at_ == '.') ++at_;
    for (float place = 0.1F; is_digit(*at_); ++at_, place /= 10)
      value += place * static_cast<float>(*at_ - '0');
    return negative ? -value : value;
  }
  ImVec2 point() {
    const float x = number();
    const float y = number();
    return {origin_.x + x * unit_, origin_.y + y * unit_};
  }
  float width() const { return unit_ * 1.6F; }

  static constexpr float kDegree = 3.14159265F / 180;
  ImDrawList& into_;
  ImVec2 origin_;
  float unit_;
  Colour colour_;
  const char* at_ = nullptr;
};

}  // namespace

void draw_icon(ImDrawList& into, Icon icon, ImVec2 middle, float side, Colour colour) {
  if (icon == Icon::None) return;
  Pen(into, middle, side, colour).draw(kStrokes[static_cast<std::size_t>(icon)]);
}

}  // namespace geminate::ui
