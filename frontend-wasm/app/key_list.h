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

struct KeyQuery {
  std::string search;
  KeyFilter filter = KeyFilter::All;
};

/// Which keys are on screen, in which order: an index over the list, its order, and what of it answers the
/// query. Each input redoes only what it changes, so that a keystroke never sorts and a frame does none of
/// this. Pure; the functions' `now` is what conditions such as `expires<7d` are judged by.
class KeyArrangement {
 public:
  /// After the list changed.
  void list_changed(const std::vector<UpstreamKeyView>& keys, const KeyTableLayout& layout,
                    const KeyQuery& query, Timestamp now);
  /// After these rows (positions, in rising order) changed or were added at the end.
  void rows_changed(const std::vector<UpstreamKeyView>& keys, const std::vector<std::uint32_t>& rows,
                    const KeyTableLayout& layout, Timestamp now);
  /// After all but these were taken out of the list.
  void rows_left(const std::vector<std::uint32_t>& left);
  /// After another column was chosen to sort by.
  void sort_changed(const KeyTableLayout& layout, const KeyQuery& query, Timestamp now);
  /// While the query cannot be understood, what was shown before stays.
  void query_changed(const KeyQuery& query, Timestamp now);

  /// Positions in the list.
  const std::vector<std::uint32_t>& shown() const { return shown_; }
  const KeyIndex& index() const { return index_; }
  const std::optional<Message>& problem() const { return problem_; }

 private:
  bool passes_filter(std::uint32_t row, Timestamp now) const;
  bool is_wanted(std::uint32_t row, Timestamp now) const;
  /// Searches for what is nowhere: browsers make fast only what has run for a while, and that shall not be
  /// the first keystroke's.
  void rehearse(Timestamp now) const;
  void filter(const std::vector<std::uint32_t>& candidates, Timestamp now);

  KeyIndex index_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> shown_;
  std::vector<KeyCondition> conditions_;  // that `shown_` answers
  KeyFilter filter_ = KeyFilter::All;
  std::optional<Message> problem_;
};

}  // namespace geminate::ui
