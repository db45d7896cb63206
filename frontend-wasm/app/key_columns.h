#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {

/// What the list of keys can show, and be sorted by.
enum class KeyColumn : std::uint8_t {
  State,
  Description,
  Project,
  Tags,
  Origin,
  TokensToday,
  Quotas,
  PerMinute,
  LastUsed,
  Requests,
  LastError,
  Expires,
  Owner,
  Priority,
  Weight,
  Created,
  Fingerprint,
};
inline constexpr std::size_t kKeyColumnCount = 17;

/// A column, declared once: what it is called in the browser's memory and on the page, and its room.
struct KeyColumnSpec {
  KeyColumn column;
  std::string_view id;
  TextId title;
  float width;          // the least it has unless somebody drags its edge
  float grow;           // its share of what is left over
  bool shown;           // before anybody chose
  std::uint8_t yields;  // where there is no room for all: higher ones go first; 0 stays
};
const std::array<KeyColumnSpec, kKeyColumnCount>& key_columns();
const KeyColumnSpec& spec_of(KeyColumn column);

/// How one person wants the list. Remembered by the browser as `written_down`.
struct KeyTableLayout {
  struct Choice {
    bool shown = true;
    float width = 0;  // 0: the column's own
    friend bool operator==(const Choice&, const Choice&) = default;
  };
  std::array<Choice, kKeyColumnCount> choices;
  KeyColumn sort_by = KeyColumn::State;
  bool descending = false;

  KeyTableLayout();
  Choice& of(KeyColumn column) { return choices[static_cast<std::size_t>(column)]; }
  const Choice& of(KeyColumn column) const { return choices[static_cast<std::size_t>(column)]; }
  friend bool operator==(const KeyTableLayout&, const KeyTableLayout&) = default;
};

/// "sort:-used state:136 -project …": what differs from the beginning. `read` forgives whatever it does not
/// know, such as the columns of another version.
std::string written_down(const KeyTableLayout& layout);
KeyTableLayout read_key_layout(std::string_view text);

inline constexpr float kNarrowestColumn = 56, kWidestColumn = 640;

/// Which of the wanted columns stand in a table of that width, in their order.
std::vector<KeyColumn> columns_that_fit(const KeyTableLayout& layout, float width);

}  // namespace geminate::ui
