#include "frontend-wasm/app/key_list.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace geminate::ui {

namespace {

/// From here on a search is worth a rehearsal.
constexpr std::size_t kManyRows = 10'000;

/// `rows` take their new places among the others; all in rising order by `before`.
template <class Before>
void replace_rows(std::vector<std::uint32_t>& order, const std::vector<bool>& moved,
                  const std::vector<std::uint32_t>& rows, Before before) {
  std::vector<std::uint32_t> result;
  result.reserve(order.size() + rows.size());
  std::erase_if(order, [&moved](std::uint32_t row) { return moved[row]; });
  auto rest = order.cbegin();
  for (const std::uint32_t row : rows) {
    const auto place = std::lower_bound(rest, order.cend(), row, before);
    result.insert(result.end(), rest, place);
    result.push_back(row);
    rest = place;
  }
  result.insert(result.end(), rest, order.cend());
  order = std::move(result);
}

void renumber(std::vector<std::uint32_t>& rows, const std::vector<std::uint32_t>& new_places) {
  std::erase_if(rows, [&](std::uint32_t row) { return new_places[row] == UINT32_MAX; });
  for (std::uint32_t& row : rows) row = new_places[row];
}

}  // namespace

bool KeyArrangement::passes_filter(std::uint32_t row, Timestamp now) const {
  return filter_ == KeyFilter::Expiring ? index_.expires_between(row, now, now + kExpiresSoon)
                                        : matches(filter_, index_.state_of(row));
}

bool KeyArrangement::is_wanted(std::uint32_t row, Timestamp now) const {
  return passes_filter(row, now) && index_.matches_all(row, conditions_, now);
}

void KeyArrangement::filter(const std::vector<std::uint32_t>& candidates, Timestamp now) {
  std::vector<char> wanted(index_.size());
  for (const std::uint32_t row : candidates) wanted[row] = passes_filter(row, now) ? 1 : 0;
  index_.keep_matching(wanted, conditions_, now);
  std::vector<std::uint32_t> left;
  left.reserve(candidates.size());
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(left),
               [&wanted](std::uint32_t row) { return wanted[row] != 0; });
  shown_ = std::move(left);
}

void KeyArrangement::rows_changed(const std::vector<UpstreamKeyView>& keys,
                                  const std::vector<std::uint32_t>& rows, const KeyTableLayout& layout,
                                  Timestamp now) {
  for (const std::uint32_t row : rows) index_.put(row, keys[row]);
  std::vector<bool> moved(keys.size());
  for (const std::uint32_t row : rows) moved[row] = true;
  const auto before = [&](std::uint32_t row, std::uint32_t other) {
    return index_.is_before(layout.sort_by, layout.descending, row, other);
  };
  std::vector<std::uint32_t> sorted = rows;
  std::sort(sorted.begin(), sorted.end(), before);
  replace_rows(order_, moved, sorted, before);
  std::erase_if(sorted, [&](std::uint32_t row) { return !is_wanted(row, now); });
  replace_rows(shown_, moved, sorted, before);
}

void KeyArrangement::rows_left(const std::vector<std::uint32_t>& left) {
  std::vector<std::uint32_t> new_places(index_.size(), UINT32_MAX);
  for (std::uint32_t place = 0; place < left.size(); ++place) new_places[left[place]] = place;
  index_.keep_only(left);
  renumber(order_, new_places);
  renumber(shown_, new_places);
}

void KeyArrangement::rehearse(Timestamp now) const {
  if (index_.size() < kManyRows) return;
  std::vector<char> wanted(index_.size(), 1);
  KeyCondition nowhere;
  nowhere.words = {"\n\n\n"};
  index_.keep_matching(wanted, {nowhere}, now);
}

void KeyArrangement::list_changed(const std::vector<UpstreamKeyView>& keys, const KeyTableLayout& layout,
                                  const KeyQuery& query, Timestamp now) {
  const bool is_first = index_.size() == 0;
  index_.rebuild(keys);
  sort_changed(layout, query, now);
  if (is_first) rehearse(now);
}

void KeyArrangement::sort_changed(const KeyTableLayout& layout, const KeyQuery& query, Timestamp now) {
  order_ = index_.sorted_by(layout.sort_by, layout.descending);
  filter_ = query.filter;
  filter(order_, now);
}

void KeyArrangement::query_changed(const KeyQuery& query, Timestamp now) {
  KeyConditions asked = read_key_query(query.search);
  problem_ = std::move(asked.problem);
  const bool filter_stays = std::exchange(filter_, query.filter) == query.filter;
  if (problem_) {
    if (!filter_stays) filter(order_, now);
    return;
  }
  // Whoever types on asks for less and less: only what is left has to be looked at.
  const bool less = filter_stays && narrows(asked.all, conditions_);
  conditions_ = std::move(asked.all);
  filter(less ? std::exchange(shown_, {}) : order_, now);
}

}  // namespace geminate::ui
