#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/text/text.h"
#include "frontend-wasm/widgets/data_table.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {

// What stands above and in the lists of several pages.

/// A search with a button that empties it, which counts as a change.
FieldEvent search_field(const Phrasebook& say, TextId name, TextId hint, std::string& words, float width,
                        const Text& fault = {});

/// A filter and how many rows it would show.
struct CountChip {
  TextId name;
  Text count;
  bool on = false;
};
float chip_height();
float count_chips_width(const Phrasebook& say, const std::vector<CountChip>& chips);
/// In one line; which of them was pressed.
std::optional<std::size_t> count_chips(const Phrasebook& say, const std::vector<CountChip>& chips);

/// How long ago or how far ahead, exact when the pointer rests on it; `none` where there is no time.
void time_cell(const TableRow& row, int column, const AppState& state, const std::optional<Timestamp>& time,
               TextId none);

}  // namespace geminate::ui
