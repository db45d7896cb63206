#pragma once

#include <functional>
#include <vector>

#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/row_focus.h"

namespace geminate::ui {

struct TableColumn {
  Text title{};
  float width = 80;  // the least it may have
  float grow = 0;    // its share of what is left
  bool sortable = false;
  bool right = false;  // figures stand at its right edge
  bool resizable = false;
};

/// Where a column's cells stand, for every row alike.
struct ColumnPlace {
  float left = 0;
  float width = 0;
};

struct TableSpec {
  const char* id = "";
  Text name{};  // read aloud
  const std::vector<TableColumn>* columns = nullptr;
  int rows = 0;
  float row_height = space::kRow;
  int sorted_by = -1;
  bool descending = false;
  /// Where edges of columns may be dragged: called with the width while one is, and `settled` when it was let
  /// go; width 0 is a double press, for the column's own width.
  std::function<void(int column, float width, bool settled)> resize{};
};

/// One row while it is drawn.
struct TableRow {
  int index;
  ImVec2 min, max;
  const std::vector<ColumnPlace>* places;
  RowFocus* focus;

  float left(int column) const { return (*places)[static_cast<std::size_t>(column)].left; }
  float width(int column) const { return (*places)[static_cast<std::size_t>(column)].width; }
  /// Where a line of that size stands in the row's middle.
  float middle(float height) const;
};

/// A table that fills `size`, one stop of Tab (RowFocus). Only rows in sight are drawn, each under an id of
/// its own that `draw_row` pushes: the keyboard stays with a row that moves. Returns the column whose head
/// was pressed, or -1.
int data_table(const TableSpec& spec, ImVec2 size, const std::function<void(const TableRow&)>& draw_row,
               const std::function<void(ImVec2 min, float width)>& draw_first_head = {});

/// The ground of a row and the area that presses it. `name` is how the row is called aloud.
Press table_row(const TableRow& row, const Text& name, bool selected);
/// A cell of text, cut where it does not fit, with its tip.
void table_cell(const TableRow& row, int column, const Text& content, const TextStyle& style,
                const Text& exact = {});

}  // namespace geminate::ui
