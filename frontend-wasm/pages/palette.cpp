#include "frontend-wasm/pages/palette.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr float kLine = 40;
constexpr float kLinesInSight = 8;

struct KindLook {
  Icon icon;
  TextId name;
};

KindLook look_of(PaletteKind kind) {
  switch (kind) {
    case PaletteKind::Page:
      return {Icon::Menu, TextId::PalettePage};
    case PaletteKind::Key:
      return {Icon::Key, TextId::PaletteKey};
    case PaletteKind::Token:
      return {Icon::Token, TextId::PaletteToken};
    case PaletteKind::Request:
      return {Icon::List, TextId::PaletteRequest};
    case PaletteKind::Command:
      break;
  }
  return {Icon::More, TextId::PaletteCommand};
}

float line_height() { return surface().touch ? space::kFieldTouch : kLine; }

/// Returns true when pressed.
bool draw_entry(const Phrasebook& say, const PaletteEntry& entry, float width, bool chosen) {
  const Press press = press_area("entry", {width, line_height()});
  SemanticNode& node = describe(Role::Option, Text::verbatim(entry.title));
  node.selected = chosen;
  node.focused = chosen;
  const KindLook look = look_of(entry.kind);
  const Text kind = say(look.name);
  node.description = kind.str();
  if (chosen) paint_box(press.min, press.max, theme().accent.wash, 0, radius::kPill);
  if (press.hovered && !chosen) paint_box(press.min, press.max, theme().hover, 0, radius::kPill);
  const float middle = (press.min.y + press.max.y) / 2;
  const TextStyle small{.size = type::kLabel, .colour = theme().secondary};
  const float kind_width = measure(kind, small).x;
  paint_icon(look.icon, {press.min.x + 18, middle}, 16, chosen ? theme().accent.text : theme().secondary);
  paint_text({press.min.x + 38, std::round(middle - type::kBody / 2)}, Text::verbatim(entry.title),
             {.colour = chosen ? theme().accent.text : theme().text}, width - 38 - kind_width - 24);
  paint_text({press.max.x - 12 - kind_width, std::round(middle - type::kLabel / 2)}, kind, small);
  return press.clicked;
}

void draw_entries(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const PaletteState& palette = state.palette;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 size{width, kLinesInSight * kLine};
  const Within list(
      describe_text(say(TextId::PaletteTitle), min, {min.x + size.x, min.y + size.y}, Role::Listbox));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::BeginChild("entries", size, ImGuiChildFlags_NavFlattened);
  const float inner = ImGui::GetContentRegionAvail().x;
  for (std::size_t i = 0; i < palette.entries.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const bool chosen = i == palette.chosen;
    if (draw_entry(say, palette.entries[i], inner, chosen)) emit(RunPaletteEntry{i});
    if (chosen && !ImGui::IsItemVisible()) ImGui::SetScrollHereY();
    ImGui::PopID();
  }
  if (palette.entries.empty()) {
    gap(space::kSection);
    paragraph(say(TextId::PaletteNothing), {.colour = theme().secondary}, inner);
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void draw_commands(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  Dialog dialog("palette", say(TextId::PaletteTitle), Dialog::Form::Middle, 560);
  const float width = dialog.inner_width();
  const FieldStyle style{.hint = say(TextId::PaletteHint),
                         .width = width,
                         .icon = Icon::Search,
                         .keeps_arrows = true,
                         .first = true};
  const FieldEvent typed = text_field(say(TextId::PaletteTitle), drafts.palette, style);
  if (typed.changed) emit(SearchPalette{drafts.palette});
  if (typed.submitted) emit(RunPaletteEntry{state.palette.chosen});
  if (ImGui::IsKeyPressed(ImGuiKey_DownArrow)) emit(MoveInPalette{1});
  if (ImGui::IsKeyPressed(ImGuiKey_UpArrow)) emit(MoveInPalette{-1});
  draw_entries(state, width, emit);
  if (dialog.dismissed()) emit(SetPaletteOpen{false});
}

struct Shortcut {
  const char* keys;
  TextId meaning;
};
constexpr std::array<Shortcut, 13> kShortcuts = {{{"Ctrl+K", TextId::ShortcutPalette},
                                                  {"?", TextId::ShortcutList},
                                                  {"/", TextId::ShortcutSearch},
                                                  {"N", TextId::ShortcutNew},
                                                  {"R", TextId::Refresh},
                                                  {"Tab  ↑ ↓ ← →", TextId::ShortcutMove},
                                                  {"Enter", TextId::ShortcutPress},
                                                  {"Space  X", TextId::ShortcutSelect},
                                                  {"Shift+↑ ↓  Shift+X", TextId::ShortcutRange},
                                                  {"Ctrl+A", TextId::ShortcutAll},
                                                  {"← →", TextId::ShortcutWidth},
                                                  {"U", TextId::ShortcutUndo},
                                                  {"Esc", TextId::ShortcutClose}}};

void draw_shortcut(const Phrasebook& say, const Shortcut& shortcut, float width) {
  constexpr float kStep = 34, kKeys = 152;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Text keys = Text::verbatim(shortcut.keys);
  paint_badge({at.x, at.y + (kStep - 22) / 2}, keys);
  const ImVec2 beside{at.x + kKeys, std::round(at.y + (kStep - type::kBody) / 2)};
  paint_text(beside, say(shortcut.meaning), {}, width - kKeys);
  describe_text(Text::verbatim(std::string(shortcut.keys) + " " + say(shortcut.meaning).str()), at,
                {at.x + width, at.y + kStep});
  ImGui::Dummy({width, kStep});
}

void draw_shortcuts(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  Dialog dialog("shortcuts", say(TextId::ShortcutsTitle));
  const float width = dialog.inner_width();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  for (const Shortcut& shortcut : kShortcuts) draw_shortcut(say, shortcut, width);
  gap(space::kGap);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Text close = say(TextId::Close);
  ImGui::SetCursorScreenPos({at.x + width - button_width(close), at.y});
  const bool pressed = button(close);
  ImGui::PopStyleVar();
  if (pressed || dialog.dismissed()) emit(SetShortcutsOpen{false});
}

/// Messages cannot be reached by Tab: they would take the focus away from where somebody works.
void undo_newest(const AppState& state, const Emit& emit) {
  const auto newest =
      std::find_if(state.toasts.rbegin(), state.toasts.rend(), [](const Toast& toast) { return toast.undo; });
  if (newest != state.toasts.rend()) emit(UndoKeys{newest->id});
}

}  // namespace

void take_shortcuts(const AppState& state, const Emit& emit) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.KeyCtrl && ImGui::IsKeyPressed(ImGuiKey_K, false)) return emit(SetPaletteOpen{true});
  if (ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) return;
  if (io.WantTextInput || io.KeyCtrl || io.KeyAlt) return;
  const auto typed = [&io](char letter) {
    return io.InputQueueCharacters.contains(static_cast<ImWchar>(letter));
  };
  if (typed('u')) undo_newest(state, emit);
  if (!state.toasts.empty() && surface().take_escape()) emit(DismissToast{state.toasts.back().id});
  if (typed('?')) emit(SetShortcutsOpen{true});
  if (typed('r')) emit(RefreshPage{});
  if (typed('n') && state.page == Page::Keys) emit(OpenAddKeys{});
  if (typed('n') && state.page == Page::Tokens) emit(OpenMakeToken{});
}

void draw_palette(const AppState& state, Drafts& drafts, const Emit& emit) {
  if (state.palette.open) {
    draw_commands(state, drafts, emit);
  } else if (state.palette.shortcuts) {
    draw_shortcuts(state, emit);
  }
}

}  // namespace geminate::ui
