#pragma once

#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {

/// A sentence that stays in sight, across the page. Returns true when its link is pressed.
bool banner(Tone tone, Icon icon, const Text& message, const Text& action = {});

/// A figure with its name and a remark, in a box of the given size.
struct Figure {
  Text name{};
  Text value{};
  Text remark{};
  Colour colour = 0;  // of the value
};
void figure_card(ImVec2 size, const Figure& figure);

/// What a list says while it has nothing to show. Returns true when its button is pressed; `sign` stands on
/// that.
bool empty_state(Icon icon, const Text& title, const Text& explanation, const Text& action = {},
                 Icon sign = Icon::None);

/// Grey bars where rows will be.
void skeleton_rows(int count, float height);

/// A framed box; widgets until the end of its life stand inside.
class Card {
 public:
  Card(const char* id, ImVec2 size, ImVec2 padding = {space::kCardX, space::kCardY});
  ~Card();
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;
};

}  // namespace geminate::ui
