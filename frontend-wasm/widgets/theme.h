#pragma once

#include <cstdint>

namespace geminate::ui {

/// 0xAABBGGRR, as ImGui packs it.
using Colour = std::uint32_t;

enum class Tone : std::uint8_t { Neutral, Good, Warning, Bad, Accent };

/// A tone's three forms: for marks and bars, for small text (4.5:1 on its wash and on surfaces), for grounds.
struct ToneColours {
  Colour fill;
  Colour text;
  Colour wash;
};

/// Every colour of the console, by name. Values: the look's table; text forms are darkened where it says so.
struct Theme {
  bool dark;
  Colour background, surface, sidebar;
  Colour line, row_line;
  Colour text, secondary, faint;
  Colour on_accent;
  Colour hover;  // laid over a ground under the pointer
  Colour scrim;  // over the page behind a dialog
  Colour track;  // of bars and scroll bars
  ToneColours accent, good, warning, bad, muted;

  const ToneColours& tone(Tone tone) const;
};

const Theme& light_theme();
const Theme& dark_theme();

/// Gives ImGui's own widgets (text fields, scroll bars, tooltips) the theme's colours and measures.
void apply_theme(const Theme& theme);

/// Distances in CSS pixels: steps of 4.
namespace space {
inline constexpr float kPageMargin = 24, kPageMarginNarrow = 16;
inline constexpr float kSection = 16, kGap = 12, kTightGap = 8, kHair = 4;
inline constexpr float kCardX = 16, kCardY = 12;
inline constexpr float kRow = 44, kTableHead = 36, kHeader = 64, kField = 36, kFieldTouch = 44;
inline constexpr float kSidebar = 208, kSidebarFolded = 64;
inline constexpr float kDrawer = 520;
inline constexpr float kFoldBelow = 1100, kNarrowBelow = 720;
}  // namespace space

namespace radius {
inline constexpr float kCard = 10, kControl = 8, kPill = 6, kBox = 4;
}  // namespace radius

/// ImGui's size is the line's height; the letters' em is 0.8 of it: 15 → 12, 16 → 13, 18 → 14, 25 → 20, 30
/// → 24.
namespace type {
inline constexpr float kLabel = 15, kDense = 16, kBody = 18, kHeading = 20, kTitle = 25, kFigure = 30;
}  // namespace type

}  // namespace geminate::ui
