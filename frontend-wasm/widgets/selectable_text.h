#pragma once

#include <string>

#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

/// A text of any length, wrapped to `width`, of which a person can select and copy a part: with the pointer,
/// or Ctrl+A once it has the keyboard. What is copied is the text itself, without the ends of the lines
/// shown.
void selectable_text(const Text& name, const std::string& content, const TextStyle& style, float width);

}  // namespace geminate::ui
