#include <algorithm>

#include "frontend-wasm/app/reducer.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {
namespace {

/// 10,000 keys are looked at every five seconds, 100,000 every fifty.
constexpr double kRowsASecond = 2000;

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

void query_changed(KeysPageState& page) {
  page.arrangement.query_changed(page.query, page.judged_at);
  count_selected(page);
}

}  // namespace

void arrange(KeysPageState& page) {
  page.counts = count_keys(page.keys, page.judged_at);
  page.arrangement.list_changed(page.keys, page.layout, page.query, page.judged_at);
  count_selected(page);
}

void put_row(KeysPageState& page, const UpstreamKeyView& row) {
  put_into(page.keys, row);
  arrange(page);
}

void remove_row(KeysPageState& page, KeyId id) {
  std::erase_if(page.keys, [id](const UpstreamKeyView& key) { return key.id == id; });
  page.selected.remove(id);
  page.busy.erase(id);
  if (page.last_selected == id) page.last_selected.reset();
  arrange(page);
}

void remove_rows(KeysPageState& page, const std::vector<KeyId>& ids) {
  const std::set<KeyId> gone(ids.begin(), ids.end());
  std::erase_if(page.keys, [&gone](const UpstreamKeyView& key) { return gone.contains(key.id); });
  page.selected.remove_all(ids);
  if (page.last_selected && gone.contains(*page.last_selected)) page.last_selected.reset();
  arrange(page);
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

void on(Step& step, const KeysLoaded& event) {
  KeysPageState& page = step.state.keys;
  const bool news = brings_news<KeyRows>(step, event, event.list.keys);
  // A long list costs more to fetch than it is worth every few seconds.
  const double rest = std::max(kRefreshSeconds, static_cast<double>(event.list.keys.size()) / kRowsASecond);
  page.refresh.due_at = std::max(page.refresh.due_at, step.state.now + rest);
  if (!news) return;
  step.state.session.key_storage_mode = event.list.key_storage_mode;
  page.keys = event.list.keys;
  arrange(page);
  forget_missing(page);
  count_selected(page);
  follow_open_row<KeyRows>(step);
  step.redraw();
}

void failed(Step& step, const FetchKeys&, const Failure& failure) {
  list_failed(step, step.state.keys.refresh, step.state.keys.loading, failure);
}

}  // namespace geminate::ui
