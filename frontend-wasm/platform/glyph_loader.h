#pragma once

#include <cmath>

#include "imgui.h"
#include "imgui_internal.h"

// What ImGui's font loader does the same whoever draws the glyphs.
namespace geminate::ui::platform {

/// A line is 1.25 em.
inline float em_of(const ImFontBaked& baked) { return std::round(baked.Size * 0.8F); }

/// The baseline stands where both capitals and hanzi look centred in the line.
inline bool place_baseline(ImFontAtlas*, ImFontConfig*, ImFontBaked* baked, void*) {
  baked->Ascent = std::round(baked->Size * 0.79F);
  baked->Descent = -std::ceil(baked->Size * 0.21F);
  return true;
}

/// Gives ImGui the width of a character. True when it asked for no more than that.
inline bool put_advance(float advance, ImWchar codepoint, ImFontGlyph* glyph, float* advance_only) {
  if (advance_only != nullptr) {
    *advance_only = advance;
    return true;
  }
  glyph->Codepoint = codepoint & 0x1FFFFF;  // all that Unicode has; the field has 26 bits
  glyph->AdvanceX = advance;
  return false;
}

inline ImFontLoader glyph_loader(const char* name, decltype(ImFontLoader::FontSrcContainsGlyph) contains,
                                 decltype(ImFontLoader::FontBakedLoadGlyph) load_glyph) {
  ImFontLoader loader;
  loader.Name = name;
  loader.FontSrcInit = [](ImFontAtlas*, ImFontConfig*) { return true; };
  loader.FontSrcContainsGlyph = contains;
  loader.FontBakedInit = place_baseline;
  loader.FontBakedLoadGlyph = load_glyph;
  return loader;
}

}  // namespace geminate::ui::platform
