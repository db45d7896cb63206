#pragma once

#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

enum class ButtonKind : std::uint8_t {
  Primary,    // the page's one main action
  Secondary,  // outlined
  Quiet,      // no frame until the pointer comes
  Danger,     // outlined, red text: opens a confirmation
  Destroy,    // filled red: the confirmation's own
};

struct ButtonStyle {
  ButtonKind kind = ButtonKind::Secondary;
  Icon icon = Icon::None;
  bool disabled = false;
  bool small = false;  // 30 high, for bars
  float width = 0;     // 0: as wide as its label
};

bool button(const Text& label, const ButtonStyle& style = {});
float button_width(const Text& label, const ButtonStyle& style = {});
float button_height(const ButtonStyle& style = {});
/// A square with an icon; `name` is read aloud and shown as a tip.
bool icon_button(const Text& name, Icon icon, const ButtonStyle& style = {.kind = ButtonKind::Quiet});
bool link(const Text& label, float size = type::kDense);
/// Returns true when pressed; `on` is what it shows.
bool checkbox(const Text& label, bool on, bool label_shown = true, bool disabled = false);
/// A filter that is on or off, with how many it lets through.
bool chip(const Text& label, const Text& count, bool on);

void text(const Text& content, const TextStyle& style = {}, float max_width = 0);
void paragraph(const Text& content, const TextStyle& style = {}, float width = 0);
/// The level is also its size; where that is not so, the caller changes the node's.
SemanticNode& heading(const Text& content, int level, float max_width = 0);

/// A state: a dot, a word and, where it ends by itself, when.
void pill(Tone tone, const Text& label);
ImVec2 pill_size(const Text& label);
void paint_pill(ImVec2 at, Tone tone, const Text& label);
/// An outlined word, such as a project. Returns its width; nothing is wider than max_width.
float paint_badge(ImVec2 at, const Text& label, float max_width = 0);

}  // namespace geminate::ui
