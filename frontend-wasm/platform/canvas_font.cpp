// Glyphs come from the browser's own 2D canvas: every character the visitor's system can show, in its own
// fonts, at the screen's density, without shipping a font.

#include <cmath>

#include "frontend-wasm/platform/glyph_loader.h"
#include "frontend-wasm/platform/platform.h"
#include "imgui.h"
#include "imgui_internal.h"

extern "C" {
/// out: advance, then the ink's left, right, ascent, descent; all in device pixels.
void web_glyph_measure(int face, int codepoint, float pixels, float* out);
void web_glyph_draw(int codepoint, float x, float baseline, int width, int height, unsigned char* alpha);
}

namespace geminate::ui::platform {
namespace {

struct Ink {
  float advance, left, right, ascent, descent;
  bool empty() const { return right <= left || ascent + descent <= 0; }
};

bool contains(ImFontAtlas*, ImFontConfig*, ImWchar codepoint) {
  const bool control = codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0);
  const bool private_use = codepoint >= 0xE000 && codepoint < 0xF900;
  return !control && !private_use;
}

bool load_glyph(ImFontAtlas* atlas, ImFontConfig* source, ImFontBaked* baked, void*, ImWchar codepoint,
                ImFontGlyph* glyph, float* advance_only) {
  const float density = source->RasterizerDensity * baked->RasterizerDensity;
  const float em = em_of(*baked);
  Ink ink{};
  web_glyph_measure(static_cast<int>(source->FontNo), static_cast<int>(codepoint), em * density,
                    &ink.advance);
  // Whole device pixels: a glyph drawn between two pixels is blurred.
  const float advance = std::round(ink.advance) / density;
  if (put_advance(advance, codepoint, glyph, advance_only)) return true;
  if (ink.empty()) return true;

  const int left = static_cast<int>(std::floor(ink.left)) - 1;
  const int up = static_cast<int>(std::ceil(ink.ascent)) + 1;
  const int width = static_cast<int>(std::ceil(ink.right)) + 1 - left;
  const int height = static_cast<int>(std::ceil(ink.descent)) + 1 + up;
  const ImFontAtlasRectId packed = ImFontAtlasPackAddRect(atlas, width, height);
  if (packed == ImFontAtlasRectId_Invalid) return false;
  ImTextureRect* place = ImFontAtlasPackGetRect(atlas, packed);
  atlas->Builder->TempBuffer.resize(width * height);
  unsigned char* alpha = atlas->Builder->TempBuffer.Data;
  web_glyph_draw(static_cast<int>(codepoint), static_cast<float>(-left), static_cast<float>(up), width,
                 height, alpha);

  const float baseline = std::round(baked->Ascent * density) / density;
  glyph->X0 = static_cast<float>(left) / density;
  glyph->X1 = static_cast<float>(left + width) / density;
  glyph->Y0 = baseline - static_cast<float>(up) / density;
  glyph->Y1 = glyph->Y0 + static_cast<float>(height) / density;
  glyph->Visible = true;
  glyph->PackId = packed;
  ImFontAtlasBakedSetFontGlyphBitmap(atlas, baked, source, glyph, place, alpha, ImTextureFormat_Alpha8,
                                     width);
  return true;
}

}  // namespace

const ImFontLoader* font_loader() {
  static const ImFontLoader loader = glyph_loader("canvas", contains, load_glyph);
  return &loader;
}

}  // namespace geminate::ui::platform
