#include "frontend-wasm/app/key_list.h"

#include <algorithm>
#include <utility>

namespace geminate::ui {

bool matches(KeyFilter filter, KeyState state) {
  switch (filter) {
    case KeyFilter::Ready:
      return state == KeyState::Ready;
    case KeyFilter::Resting:
      return state == KeyState::Cooling || state == KeyState::Spent;
    case KeyFilter::Failing:
      return state == KeyState::Dead || state == KeyState::Suspect;
    case KeyFilter::Disabled:
      return state == KeyState::Disabled || state == KeyState::Expired;
    case KeyFilter::All:
    case KeyFilter::Expiring:  // is no state
      break;
  }
  return true;
}

KeyCounts count_keys(const std::vector<UpstreamKeyView>& keys, Timestamp now) {
  KeyCounts counts;
  for (const UpstreamKeyView& key : keys) {
    ++counts.all;
    counts.ready += matches(KeyFilter::Ready, key.state) ? 1 : 0;
    counts.resting += matches(KeyFilter::Resting, key.state) ? 1 : 0;
    counts.failing += matches(KeyFilter::Failing, key.state) ? 1 : 0;
    counts.disabled += matches(KeyFilter::Disabled, key.state) ? 1 : 0;
    const bool expires = key.expires_at && *key.expires_at >= now && *key.expires_at < now + kExpiresSoon;
    counts.expiring += expires ? 1 : 0;
    counts.tokens_today += key.current_tokens_used_today;
    const bool returns = matches(KeyFilter::Resting, key.state) && key.state_until.has_value();
    if (returns && (!counts.next_return || *key.state_until < *counts.next_return))
      counts.next_return = key.state_until;
  }
  return counts;
}

void KeyArrangement::filter(const std::vector<std::uint32_t>& candidates, Timestamp now) {
  std::vector<std::uint32_t> left;
  left.reserve(candidates.size());
  for (const std::uint32_t row : candidates) {
    const bool wanted = filter_ == KeyFilter::Expiring ? index_.expires_between(row, now, now + kExpiresSoon)
                                                       : matches(filter_, index_.state_of(row));
    if (wanted && index_.matches_all(row, conditions_, now)) left.push_back(row);
  }
  shown_ = std::move(left);
}

void KeyArrangement::list_changed(const std::vector<UpstreamKeyView>& keys, const KeyTableLayout& layout,
                                  const KeyQuery& query, Timestamp now) {
  index_.rebuild(keys);
  sort_changed(layout, query, now);
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
