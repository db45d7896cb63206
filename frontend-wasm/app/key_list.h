#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/dto/keys.h"

namespace geminate::ui {

using KeyId = std::int64_t;

enum class KeyFilter : std::uint8_t { All, Ready, Resting, Failing, Disabled };
enum class KeyColumn : std::uint8_t { State, Description, Project, Origin, TokensToday, PerMinute, LastUsed };

struct KeyQuery {
  std::string search;
  KeyFilter filter = KeyFilter::All;
  KeyColumn sort_by = KeyColumn::State;
  bool descending = false;
};

/// How many keys stand behind each figure card and filter.
struct KeyCounts {
  std::uint32_t all = 0, ready = 0, resting = 0, failing = 0, disabled = 0;
  std::int64_t tokens_today = 0;
  /// When the first of the resting keys is back.
  std::optional<Timestamp> next_return;
};

bool matches(KeyFilter filter, const UpstreamKeyView& key);
KeyCounts count_keys(const std::vector<UpstreamKeyView>& keys);

/// Positions in `keys` that answer the query, in its order. Pure; reduce calls it when keys or query change,
/// so that a frame never sorts.
std::vector<std::uint32_t> arrange_keys(const std::vector<UpstreamKeyView>& keys, const KeyQuery& query);

}  // namespace geminate::ui
