#pragma once

#include "imgui.h"

struct ImGuiWindow;

namespace geminate::ui {

/// Whether the key was pressed on the last item; then, and while the item has the keyboard, the key is not
/// ImGui's.
bool last_item_takes(ImGuiKey key);

/// Which row of a list the keyboard is on. A list is one stop of Tab; the arrows, Home, End and the page keys
/// go from row to row, in sight or not. Made in the window that holds the rows, for one frame; the window
/// remembers the row.
class RowFocus {
 public:
  /// `height`: from one row's top to the next one's. `head`: what the first row's arrow up goes to, an item
  /// of the window around this one; 0: nothing.
  RowFocus(int rows, float height, ImGuiID head);

  /// Asks for the rows that have to be drawn even when they are out of sight.
  void include_in(ImGuiListClipper& clipper) const;
  /// Around the area that is the row; between two of them nothing is a stop of Tab.
  void begin_row(int index);
  void end_row(int index);
  /// After a widget that stands in the row: the keyboard goes to it, or back to the row by the key `back`.
  void after_inner(int index, bool enter, ImGuiKey back);
  /// From the head back to the row that was left.
  void go_to_current();

  /// Of the row that ended last, when the keyboard is on it: where a key has just moved it, else -1.
  int moved_to() const { return moved_to_; }
  /// Whether the key was pressed on it; then the key is not ImGui's.
  bool takes(ImGuiKey key) const;

  RowFocus(const RowFocus&) = delete;
  RowFocus& operator=(const RowFocus&) = delete;

 private:
  /// For the next frame.
  void keep(const char* name, int value);
  void take_moves(int index);
  void move(int from, int to);

  int rows_;
  float height_;
  ImGuiID head_;
  ImGuiWindow& window_;
  int current_;   // the row that Tab comes to
  int wanted_;    // the row that the keyboard goes to when it is drawn next, or -1
  ImVec2 edges_;  // top and bottom of the row that ended last
  ImGuiID focused_ = 0;
  int moved_to_ = -1;
};

}  // namespace geminate::ui
