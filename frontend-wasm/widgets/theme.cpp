#include "frontend-wasm/widgets/theme.h"

#include "imgui.h"

namespace geminate::ui {
namespace {

/// From 0xRRGGBB, as designers write it.
constexpr Colour rgb(std::uint32_t value, std::uint32_t alpha = 0xff) {
  return (alpha << 24) | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16 & 0xff);
}

constexpr Theme kLight = {
    .dark = false,
    .background = rgb(0xf6f7f9),
    .surface = rgb(0xffffff),
    .sidebar = rgb(0xfbfcfd),
    .line = rgb(0xe3e6eb),
    .row_line = rgb(0xeef0f3),
    .text = rgb(0x1b2230),
    .secondary = rgb(0x5a6475),
    .faint = rgb(0x626b7b),
    .on_accent = rgb(0xffffff),
    .hover = rgb(0x1b2230, 0x0a),
    .scrim = rgb(0x141a26, 0x66),
    .track = rgb(0xe9ecf0),
    .accent = {rgb(0x2f6fed), rgb(0x2460d6), rgb(0xe8f0fe)},
    .good = {rgb(0x1a9f6c), rgb(0x0f7a51), rgb(0xe5f6ef)},
    .warning = {rgb(0xc77700), rgb(0x935700), rgb(0xfff4de)},
    .bad = {rgb(0xd13b3b), rgb(0xbd2f2f), rgb(0xfdeaea)},
    .muted = {rgb(0x8a93a3), rgb(0x5a6475), rgb(0xeef0f3)},
};

constexpr Theme kDark = {
    .dark = true,
    .background = rgb(0x12151b),
    .surface = rgb(0x1a1f28),
    .sidebar = rgb(0x151920),
    .line = rgb(0x2a313d),
    .row_line = rgb(0x222834),
    .text = rgb(0xe7ebf2),
    .secondary = rgb(0xa3adbd),
    .faint = rgb(0x8b95a7),
    .on_accent = rgb(0x0d1524),
    .hover = rgb(0xffffff, 0x0c),
    .scrim = rgb(0x05070a, 0x99),
    .track = rgb(0x2a313d),
    .accent = {rgb(0x6b9cff), rgb(0x86aeff), rgb(0x1d2c4a)},
    .good = {rgb(0x3ecf97), rgb(0x3ecf97), rgb(0x15332a)},
    .warning = {rgb(0xf0b04d), rgb(0xf0b04d), rgb(0x3a2d14)},
    .bad = {rgb(0xff7b7b), rgb(0xff7b7b), rgb(0x3d1f22)},
    .muted = {rgb(0x727d8f), rgb(0xa3adbd), rgb(0x262d39)},
};

void apply_measures(ImGuiStyle& style) {
  style.FontSizeBase = type::kBody;
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.FrameBorderSize = 1;
  style.FrameRounding = radius::kControl;
  style.PopupRounding = radius::kControl;
  style.FramePadding = {12, (space::kField - type::kBody) / 2};
  style.ItemSpacing = {space::kTightGap, space::kTightGap};
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = 5;
  style.AntiAliasedLinesUseTex = false;
  style.CircleTessellationMaxError = 0.15F;
}

}  // namespace

const ToneColours& Theme::tone(Tone tone) const {
  switch (tone) {
    case Tone::Good:
      return good;
    case Tone::Warning:
      return warning;
    case Tone::Bad:
      return bad;
    case Tone::Accent:
      return accent;
    case Tone::Neutral:
      break;
  }
  return muted;
}

const Theme& light_theme() { return kLight; }
const Theme& dark_theme() { return kDark; }

void apply_theme(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  apply_measures(style);
  const auto set = [&style](ImGuiCol slot, Colour colour) {
    style.Colors[slot] = ImGui::ColorConvertU32ToFloat4(colour);
  };
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.faint);
  set(ImGuiCol_WindowBg, theme.background);
  set(ImGuiCol_ChildBg, 0);
  set(ImGuiCol_PopupBg, theme.surface);
  set(ImGuiCol_Border, theme.line);
  set(ImGuiCol_FrameBg, theme.surface);
  set(ImGuiCol_FrameBgHovered, theme.surface);
  set(ImGuiCol_FrameBgActive, theme.surface);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, theme.line);
  set(ImGuiCol_ScrollbarGrabHovered, theme.muted.fill);
  set(ImGuiCol_ScrollbarGrabActive, theme.muted.fill);
  set(ImGuiCol_TextSelectedBg, (theme.accent.fill & 0x00ffffff) | 0x55000000);
  set(ImGuiCol_InputTextCursor, theme.text);
  set(ImGuiCol_NavCursor, theme.accent.fill);
  set(ImGuiCol_ModalWindowDimBg, theme.scrim);
}

}  // namespace geminate::ui
