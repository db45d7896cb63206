#include "frontend-wasm/widgets/theme.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace geminate::ui {
namespace {

double linear(Colour colour, int shift) {
  const double share = static_cast<double>(colour >> shift & 0xff) / 255;
  return share <= 0.03928 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

/// As WCAG 2 defines it.
double contrast(Colour a, Colour b) {
  const auto luminance = [](Colour c) {
    return 0.2126 * linear(c, 0) + 0.7152 * linear(c, 8) + 0.0722 * linear(c, 16);
  };
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

constexpr double kSmallText = 4.5;

class ThemeContrast : public testing::TestWithParam<const Theme*> {};

TEST_P(ThemeContrast, SmallTextIsReadableOnEveryGround) {
  const Theme& theme = *GetParam();
  for (const Colour ground : {theme.background, theme.surface, theme.sidebar, theme.accent.wash}) {
    for (const Colour text : {theme.text, theme.secondary, theme.faint}) {
      EXPECT_GE(contrast(text, ground), kSmallText) << std::hex << text << " on " << ground;
    }
  }
}

TEST_P(ThemeContrast, StatesAreReadableOnTheirWashAndOnCards) {
  const Theme& theme = *GetParam();
  for (const Tone tone : {Tone::Neutral, Tone::Good, Tone::Warning, Tone::Bad, Tone::Accent}) {
    const ToneColours& colours = theme.tone(tone);
    EXPECT_GE(contrast(colours.text, colours.wash), kSmallText) << static_cast<int>(tone);
    EXPECT_GE(contrast(colours.text, theme.surface), kSmallText) << static_cast<int>(tone);
  }
}

TEST_P(ThemeContrast, FilledButtonsAreReadable) {
  const Theme& theme = *GetParam();
  EXPECT_GE(contrast(theme.on_accent, theme.accent.fill), kSmallText);
  EXPECT_GE(contrast(theme.dark ? theme.on_accent : theme.surface, theme.bad.fill), kSmallText);
}

/// What a translucent layer makes of the ground below it.
Colour laid_over(Colour ground, Colour layer) {
  const double share = static_cast<double>(layer >> 24) / 255;
  Colour mixed = 0xff000000;
  for (const int shift : {0, 8, 16}) {
    const double from = static_cast<double>(ground >> shift & 0xff);
    const double to = static_cast<double>(layer >> shift & 0xff);
    mixed |= static_cast<Colour>(std::lround(from + (to - from) * share)) << shift;
  }
  return mixed;
}

TEST_P(ThemeContrast, TextStaysReadableUnderThePointer) {
  const Theme& theme = *GetParam();
  for (const Colour ground : {theme.surface, theme.sidebar}) {
    for (const Colour text : {theme.text, theme.secondary, theme.faint}) {
      EXPECT_GE(contrast(text, laid_over(ground, theme.hover)), kSmallText) << std::hex << text;
    }
  }
}

TEST_P(ThemeContrast, EveryToneIsReadableOnEveryGround) {
  const Theme& theme = *GetParam();
  for (const Tone tone : {Tone::Good, Tone::Warning, Tone::Bad, Tone::Accent}) {
    for (const Colour ground : {theme.background, theme.surface, theme.sidebar})
      EXPECT_GE(contrast(theme.tone(tone).text, ground), kSmallText) << static_cast<int>(tone);
  }
}

TEST_P(ThemeContrast, MarksThatCarryMeaningStandOut) {
  constexpr double kMark = 3;  // what is not text
  const Theme& theme = *GetParam();
  for (const Tone tone : {Tone::Good, Tone::Warning, Tone::Bad, Tone::Accent})
    EXPECT_GE(contrast(theme.tone(tone).fill, theme.surface), kMark) << static_cast<int>(tone);
  // The focus ring, and the edge of an empty checkbox.
  EXPECT_GE(contrast(theme.accent.fill, theme.background), kMark);
  EXPECT_GE(contrast(theme.muted.fill, theme.surface), kMark);
}

INSTANTIATE_TEST_SUITE_P(Themes, ThemeContrast, testing::Values(&light_theme(), &dark_theme()));

}  // namespace
}  // namespace geminate::ui
