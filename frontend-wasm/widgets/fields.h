#pragma once

#include <string>

#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

/// Between a field's edge and its text.
inline constexpr float kFieldInset = 12;

struct FieldStyle {
  Text hint{};       // shown while the field is empty
  float width = 0;   // 0: what there is
  float height = 0;  // above 0: several lines, this high
  Icon icon = Icon::None;
  float room_right = 0;  // kept free inside the frame, for a button of the caller's
  bool wraps = false;    // of several lines: long ones are shown whole until somebody writes in them
  bool password = false;
  bool mono = false;
  bool disabled = false;
  bool keeps_arrows = false;  // up and down move something else than the focus
  bool first = false;         // takes the keyboard when it appears
};

struct FieldEvent {
  bool changed = false;
  bool submitted = false;  // Enter, in a field of one line
};

/// A text field alone; `name` is read aloud but not shown.
FieldEvent text_field(const Text& name, std::string& value, const FieldStyle& style = {},
                      const Text& error = {});

/// A text field with its label above and, where there is one, the fault or else a note below.
FieldEvent form_field(const Text& label, std::string& value, const FieldStyle& style = {},
                      const Text& error = {}, const Text& note = {});

/// Puts the keyboard into the next field that is drawn.
void focus_next_field();

}  // namespace geminate::ui
