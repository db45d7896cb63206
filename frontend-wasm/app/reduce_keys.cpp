#include <algorithm>

#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {
namespace {

template <class Ids>
void forget_missing(const KeysPageState& page, Ids& ids) {
  std::set<KeyId> present;
  for (const UpstreamKeyView& key : page.keys) present.insert(key.id);
  std::erase_if(ids, [&present](KeyId id) { return !present.contains(id); });
}

/// Positions in `shown` from one row to another, whichever comes first.
void select_range(KeysPageState& page, KeyId from, KeyId to) {
  const auto position = [&page](KeyId id) {
    return std::find_if(page.shown.begin(), page.shown.end(),
                        [&](std::uint32_t at) { return page.keys[at].id == id; });
  };
  auto first = position(from);
  auto last = position(to);
  if (first == page.shown.end() || last == page.shown.end()) {
    page.selected.insert(to);
    return;
  }
  if (last < first) std::swap(first, last);
  for (auto at = first; at <= last; ++at) page.selected.insert(page.keys[*at].id);
}

}  // namespace

void arrange(KeysPageState& page) {
  page.counts = count_keys(page.keys);
  page.shown = arrange_keys(page.keys, page.query);
}

void put_row(KeysPageState& page, const UpstreamKeyView& row) {
  put_into(page.keys, row);
  arrange(page);
}

void remove_row(KeysPageState& page, KeyId id) {
  std::erase_if(page.keys, [id](const UpstreamKeyView& key) { return key.id == id; });
  page.selected.erase(id);
  page.busy.erase(id);
  if (page.last_selected == id) page.last_selected.reset();
  arrange(page);
}

std::string shown_name(const UpstreamKeyView& row) { return "…" + row.key_preview; }

void on(Step& step, const RefreshKeys&) { step.fetch_keys(); }

void on(Step& step, const SearchKeys& action) {
  step.state.keys.query.search = action.text;
  arrange(step.state.keys);
}

void on(Step& step, const FilterKeys& action) {
  step.state.keys.query.filter = action.filter;
  arrange(step.state.keys);
}

void on(Step& step, const SortKeys& action) {
  KeyQuery& query = step.state.keys.query;
  query.descending = query.sort_by == action.column && !query.descending;
  query.sort_by = action.column;
  arrange(step.state.keys);
}

void on(Step& step, const SelectKey& action) {
  KeysPageState& page = step.state.keys;
  if (action.up_to_here && page.last_selected) {
    select_range(page, *page.last_selected, action.id);
  } else if (action.selected) {
    page.selected.insert(action.id);
  } else {
    page.selected.erase(action.id);
  }
  page.last_selected = action.id;
}

void on(Step& step, const SelectShownKeys& action) {
  KeysPageState& page = step.state.keys;
  page.selected.clear();
  if (!action.selected) return;
  for (const std::uint32_t at : page.shown) page.selected.insert(page.keys[at].id);
}

void on(Step& step, const KeysLoaded& event) {
  KeysPageState& page = step.state.keys;
  if (!brings_news<KeyRows>(step, event, event.list.keys)) return;
  step.state.session.key_storage_mode = event.list.key_storage_mode;
  page.keys = event.list.keys;
  forget_missing(page, page.selected);
  forget_missing(page, page.asking_to_delete);
  arrange(page);
  follow_open_row<KeyRows>(step);
  step.redraw();
}

void failed(Step& step, const FetchKeys&, const Failure& failure) {
  list_failed(step, step.state.keys.refresh, step.state.keys.loading, failure);
}

}  // namespace geminate::ui
