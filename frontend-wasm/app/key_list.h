#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/key_columns.h"
#include "frontend-wasm/app/key_index.h"
#include "frontend-wasm/app/key_query.h"
#include "frontend-wasm/app/key_selection.h"
#include "shared/dto/keys.h"

namespace geminate::ui {

enum class KeyFilter : std::uint8_t { All, Ready, Resting, Failing, Disabled, Expiring };

struct KeyQuery {
  std::string search;
  KeyFilter filter = KeyFilter::All;
};

/// How many keys stand behind each figure card and filter.
struct KeyCounts {
  std::uint32_t all = 0, ready = 0, resting = 0, failing = 0, disabled = 0, expiring = 0;
  std::int64_t tokens_today = 0;
  /// When the first of the resting keys is back.
  std::optional<Timestamp> next_return;
};

/// How far ahead an expiry is warned of.
inline constexpr std::chrono::days kExpiresSoon{7};

bool matches(KeyFilter filter, KeyState state);
KeyCounts count_keys(const std::vector<UpstreamKeyView>& keys, Timestamp now);

/// Which keys are on screen, in which order: an index over the list, its order, and what of it answers the
/// query. Each input redoes only what it changes, so that a keystroke never sorts and a frame does none of
/// this. Pure; the functions' `now` is what conditions such as `expires<7d` are judged by.
class KeyArrangement {
 public:
  /// After the list changed.
  void list_changed(const std::vector<UpstreamKeyView>& keys, const KeyTableLayout& layout,
                    const KeyQuery& query, Timestamp now);
  /// After another column was chosen to sort by.
  void sort_changed(const KeyTableLayout& layout, const KeyQuery& query, Timestamp now);
  /// While the query cannot be understood, what was shown before stays.
  void query_changed(const KeyQuery& query, Timestamp now);

  /// Positions in the list.
  const std::vector<std::uint32_t>& shown() const { return shown_; }
  const KeyIndex& index() const { return index_; }
  const std::optional<Message>& problem() const { return problem_; }

 private:
  void filter(const std::vector<std::uint32_t>& candidates, Timestamp now);

  KeyIndex index_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> shown_;
  std::vector<KeyCondition> conditions_;  // that `shown_` answers
  KeyFilter filter_ = KeyFilter::All;
  std::optional<Message> problem_;
};

}  // namespace geminate::ui
