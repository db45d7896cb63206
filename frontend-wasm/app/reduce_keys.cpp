#include <algorithm>
#include <set>

#include "frontend-wasm/app/reducer.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {
namespace {

/// After `shown` or the selection changed.
void count_selected(KeysPageState& page) {
  page.selected_shown = 0;
  if (page.selected.empty()) return;
  for (const std::uint32_t at : page.shown())
    page.selected_shown += page.selected.contains(page.keys[at].id) ? 1 : 0;
}

std::vector<KeyId> shown_ids(const KeysPageState& page) {
  std::vector<KeyId> ids;
  ids.reserve(page.shown().size());
  for (const std::uint32_t at : page.shown()) ids.push_back(page.keys[at].id);
  return ids;
}

void forget_missing(KeysPageState& page) {
  page.selected.keep_only(page.arrangement.index().ids());
  std::erase_if(page.asking_to_delete, [&page](KeyId id) { return page.find(id) == nullptr; });
}

/// The rows as they stand now from one to another, whichever comes first.
void select_range(KeysPageState& page, KeyId from, KeyId to) {
  const std::vector<KeyId> ids = shown_ids(page);
  auto first = std::find(ids.begin(), ids.end(), from);
  auto last = std::find(ids.begin(), ids.end(), to);
  if (first == ids.end() || last == ids.end()) return page.selected.add(to);
  if (last < first) std::swap(first, last);
  page.selected.add_all({first, last + 1});
}

void remember_layout(Step& step) {
  step.effects.emplace_back(RememberChoice{"key_columns", written_down(step.state.keys.layout)});
}

/// Takes out all rows but those at `left`, in rising order.
void keep_rows(KeysPageState& page, const std::vector<std::uint32_t>& left) {
  if (left.size() == page.keys.size()) return;
  for (std::size_t place = 0; place < left.size(); ++place) {
    if (left[place] != place) page.keys[place] = std::move(page.keys[left[place]]);
  }
  page.keys.resize(left.size());
  page.arrangement.rows_left(left);
}

template <class Gone>
std::vector<std::uint32_t> rows_without(const KeysPageState& page, Gone is_gone) {
  std::vector<std::uint32_t> left;
  left.reserve(page.keys.size());
  for (std::uint32_t row = 0; row < page.keys.size(); ++row) {
    if (!is_gone(page.keys[row].id)) left.push_back(row);
  }
  return left;
}

void rows_changed(KeysPageState& page, const std::vector<std::uint32_t>& rows) {
  page.arrangement.rows_changed(page.keys, rows, page.layout, page.judged_at);
}

void count_rows(KeysPageState& page) {
  page.counts = page.arrangement.index().counts(page.judged_at);
  count_selected(page);
}

void query_changed(KeysPageState& page) {
  page.arrangement.query_changed(page.query, page.judged_at);
  count_selected(page);
}

}  // namespace

void arrange(KeysPageState& page) {
  page.arrangement.list_changed(page.keys, page.layout, page.query, page.judged_at);
  count_rows(page);
}

void put_row(KeysPageState& page, const UpstreamKeyView& row) {
  const auto known = page.arrangement.index().position_of(row.id);
  const auto position = known.value_or(static_cast<std::uint32_t>(page.keys.size()));
  if (known) {
    page.keys[position] = row;
  } else {
    page.keys.push_back(row);
  }
  rows_changed(page, {position});
  count_rows(page);
}

void remove_row(KeysPageState& page, KeyId id) { remove_rows(page, {id}); }

void remove_rows(KeysPageState& page, const std::vector<KeyId>& ids) {
  const std::set<KeyId> gone(ids.begin(), ids.end());
  keep_rows(page, rows_without(page, [&gone](KeyId id) { return gone.contains(id); }));
  page.selected.remove_all(ids);
  for (const KeyId id : ids) page.busy.erase(id);
  if (page.last_selected && gone.contains(*page.last_selected)) page.last_selected.reset();
  count_rows(page);
}

std::string shown_name(const UpstreamKeyView& row) { return "…" + row.key_preview; }

void on(Step& step, const RefreshKeys&) { step.fetch_keys(); }

void on(Step& step, const SearchKeys& action) {
  step.state.keys.query.search = action.text;
  query_changed(step.state.keys);
}

void on(Step& step, const FilterKeys& action) {
  step.state.keys.query.filter = action.filter;
  query_changed(step.state.keys);
}

void on(Step& step, const SortKeys& action) {
  KeysPageState& page = step.state.keys;
  page.layout.descending = page.layout.sort_by == action.column && !page.layout.descending;
  page.layout.sort_by = action.column;
  page.arrangement.sort_changed(page.layout, page.query, page.judged_at);
  remember_layout(step);
}

void on(Step& step, const SelectKey& action) {
  KeysPageState& page = step.state.keys;
  if (action.up_to_here && page.last_selected) {
    select_range(page, *page.last_selected, action.id);
  } else if (action.selected) {
    page.selected.add(action.id);
  } else {
    page.selected.remove(action.id);
  }
  page.last_selected = action.id;
  count_selected(page);
}

void on(Step& step, const SelectShownKeys& action) {
  KeysPageState& page = step.state.keys;
  if (action.selected) {
    page.selected.add_all(shown_ids(page));
  } else {
    page.selected.remove_all(shown_ids(page));
  }
  count_selected(page);
}

void on(Step& step, const InvertShownKeys&) {
  KeysPageState& page = step.state.keys;
  page.selected.invert(shown_ids(page));
  count_selected(page);
}

void on(Step& step, const ClearKeySelection&) {
  step.state.keys.selected.clear();
  step.state.keys.selected_shown = 0;
}

void on(Step& step, const ShowKeyColumn& action) {
  step.state.keys.layout.of(action.column).shown = action.shown;
  remember_layout(step);
}

void on(Step& step, const ResizeKeyColumn& action) {
  step.state.keys.layout.of(action.column).width =
      action.width > 0 ? std::clamp(action.width, kNarrowestColumn, kWidestColumn) : 0;
  if (action.settled) remember_layout(step);
}

void on(Step& step, const ResetKeyColumns&) {
  KeysPageState& page = step.state.keys;
  page.layout.choices = KeyTableLayout().choices;
  remember_layout(step);
}

namespace {

/// A list that many rows of change is put in order anew: that costs less than finding each its place.
bool is_most(std::size_t rows, std::size_t all) { return rows > all / 4; }

/// Puts the answer into the list. False when it could not be read.
bool merge(KeysPageState& page, const KeysLoaded& event) {
  const bool anew = event.facts.head.is_whole;
  const std::vector<KeyId>& gone = event.facts.head.gone;
  if (!anew && !gone.empty()) remove_rows(page, gone);
  KeyMerge merge(page.keys, page.arrangement.index());
  if (anew)
    merge.begin_anew(
        static_cast<std::size_t>(std::clamp<std::int64_t>(event.facts.head.total_keys, 0, 1'000'000)));
  merge.take_facts(event.facts.lines);
  merge.take_activity(event.activity.lines);
  const std::vector<std::uint32_t> changed = merge.changed();
  if (anew || is_most(changed.size(), page.keys.size())) {
    arrange(page);
  } else if (!changed.empty()) {
    rows_changed(page, changed);
    count_rows(page);
  }
  if (anew) forget_missing(page);
  return !merge.fault();
}

bool has_news(const KeysLoaded& event) {
  return event.facts.head.is_whole || !event.facts.head.gone.empty() || !event.facts.lines.empty() ||
         !event.activity.lines.empty();
}

}  // namespace

void on(Step& step, const KeysLoaded& event) {
  KeysPageState& page = step.state.keys;
  server_answered(step);
  const bool was_shown = page.loading == Loading::Done;
  if (!take_list(page.refresh, page.loading, event.edits, step.state.now)) return step.fetch_keys();
  step.state.session.key_storage_mode = event.facts.head.key_storage_mode;
  // Another run of the server: what is known of activity is not told again.
  const bool fits = !event.facts.head.is_whole || event.activity.head.is_whole;
  const bool is_read = fits && merge(page, event);
  page.versions =
      is_read ? KeyVersions{event.facts.head.version, event.activity.head.version} : KeyVersions{};
  if (!fits) return step.fetch_keys();
  // What is told whole may have been put together a while ago.
  if (event.facts.head.is_whole) step.state.feed.keys_moved = true;
  if (has_news(event)) glances_moved(step.state);
  if (!is_read) page.refresh.problem = Message{TextId::FailedUnreadable, {"200"}};
  follow_open_row<KeyRows>(step);
  const bool times_moved = looks_different(page.refresh, 0, page.counts.last_used, step.state.wall_now);
  if (!was_shown || has_news(event) || times_moved) step.redraw();
}

void failed(Step& step, const FetchKeys&, const Failure& failure) {
  list_failed(step, step.state.keys.refresh, step.state.keys.loading, failure);
}

}  // namespace geminate::ui
