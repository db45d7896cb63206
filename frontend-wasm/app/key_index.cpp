#include "frontend-wasm/app/key_index.h"

#include <algorithm>

namespace geminate::ui {
namespace {

/// What needs a person's eye comes first.
std::uint64_t rank(KeyState state) {
  switch (state) {
    case KeyState::Dead:
      return 0;
    case KeyState::Suspect:
      return 1;
    case KeyState::Cooling:
      return 2;
    case KeyState::Spent:
      return 3;
    case KeyState::Ready:
      return 4;
    case KeyState::Expired:
      return 5;
    case KeyState::Disabled:
      break;
  }
  return 6;
}

/// Signed figures in an order that unsigned ones have too.
std::uint64_t in_order(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ (1ULL << 63); }

/// The first eight bytes as a figure: most texts differ in them.
std::uint64_t in_order(std::string_view text) {
  std::uint64_t figure = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const unsigned char byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    figure = figure << 8 | byte;
  }
  return figure;
}

std::int64_t milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

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

void KeyIndex::put_text(Facts& facts, Field field, std::string_view text) {
  for (const char c : text) texts_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  texts_ += '\n';  // no word reaches over the end of a text
  facts.text[static_cast<std::size_t>(field) + 1] = static_cast<std::uint32_t>(texts_.size());
}

KeyIndex::Facts KeyIndex::facts_of(const UpstreamKeyView& key) {
  Facts facts;
  facts.id = key.id;
  facts.used = key.current_tokens_used_today;
  facts.day_limit = key.max_tokens_per_day.value_or(kNone);
  facts.per_minute = key.rate_limit_per_minute.value_or(kNone);
  facts.created = milliseconds(key.created_at);
  if (key.expires_at) facts.expires = milliseconds(*key.expires_at);
  if (key.last_used_at) facts.last_used = milliseconds(*key.last_used_at);
  if (key.state_until) facts.returns = milliseconds(*key.state_until);
  if (key.last_error_at) facts.failed = milliseconds(*key.last_error_at);
  facts.quota_share = key.quota_share.value_or(-1);
  facts.weight = key.weight;
  facts.priority = key.priority;
  facts.state = key.state;
  facts.origin = key.origin;
  facts.active = key.is_active;
  facts.text[0] = static_cast<std::uint32_t>(texts_.size());
  const auto text = [](const std::optional<std::string>& value) {
    return value ? std::string_view(*value) : "";
  };
  put_text(facts, Field::Description, text(key.description));
  put_text(facts, Field::Preview, key.key_preview);
  put_text(facts, Field::Project, text(key.project));
  put_text(facts, Field::Owner, text(key.user_id));
  put_text(facts, Field::Fingerprint, key.fingerprint);
  std::string lines;
  for (const std::string& tag : key.tags) lines += (lines.empty() ? "" : "\n") + tag;
  put_text(facts, Field::Tags, lines);
  lines.clear();
  for (const CooldownView& cooldown : key.cooldowns) lines += (lines.empty() ? "" : "\n") + cooldown.model;
  put_text(facts, Field::Models, lines);
  return facts;
}

void KeyIndex::rebuild(const std::vector<UpstreamKeyView>& keys) {
  facts_.clear();
  texts_.clear();
  unused_texts_ = 0;
  by_id_.clear();
  facts_.reserve(keys.size());
  by_id_.reserve(keys.size());
  for (const UpstreamKeyView& key : keys) {
    by_id_.emplace_back(key.id, static_cast<std::uint32_t>(facts_.size()));
    facts_.push_back(facts_of(key));
  }
  if (!std::is_sorted(by_id_.begin(), by_id_.end())) std::sort(by_id_.begin(), by_id_.end());
}

void KeyIndex::put(std::uint32_t row, const UpstreamKeyView& key) {
  const Facts facts = facts_of(key);
  if (row == facts_.size()) {
    facts_.push_back(facts);
    const auto place = std::pair(key.id, row);
    by_id_.insert(std::upper_bound(by_id_.begin(), by_id_.end(), place), place);
    return;
  }
  Facts& former = facts_[row];
  if (block_of(former) == block_of(facts)) {
    texts_.resize(facts.text.front());
    const auto text = former.text;
    former = facts;
    former.text = text;
    return;
  }
  unused_texts_ += block_of(former).size();
  former = facts;
  if (unused_texts_ > texts_.size() / 2) drop_unused_texts();
}

void KeyIndex::drop_unused_texts() {
  std::string kept;
  kept.reserve(texts_.size() - unused_texts_);
  for (Facts& facts : facts_) {
    const auto begin = static_cast<std::uint32_t>(kept.size());
    const std::uint32_t former = facts.text.front();
    kept += block_of(facts);
    for (std::uint32_t& text : facts.text) text = text - former + begin;
  }
  texts_ = std::move(kept);
  unused_texts_ = 0;
}

void KeyIndex::keep_only(const std::vector<std::uint32_t>& left) {
  std::vector<Facts> kept;
  kept.reserve(left.size());
  by_id_.clear();
  for (const std::uint32_t row : left) {
    by_id_.emplace_back(facts_[row].id, static_cast<std::uint32_t>(kept.size()));
    kept.push_back(facts_[row]);
  }
  std::sort(by_id_.begin(), by_id_.end());
  facts_ = std::move(kept);
  drop_unused_texts();
}

KeyCounts KeyIndex::counts(Timestamp now) const {
  KeyCounts counts;
  std::int64_t next = INT64_MAX;
  std::int64_t last = kNone;
  const std::int64_t from = milliseconds(now);
  const std::int64_t to = milliseconds(now + kExpiresSoon);
  for (const Facts& facts : facts_) {
    counts.ready += matches(KeyFilter::Ready, facts.state) ? 1 : 0;
    counts.failing += matches(KeyFilter::Failing, facts.state) ? 1 : 0;
    counts.disabled += matches(KeyFilter::Disabled, facts.state) ? 1 : 0;
    counts.expiring += facts.expires >= from && facts.expires < to ? 1 : 0;
    counts.tokens_today += facts.used;
    last = std::max(last, facts.last_used);
    if (!matches(KeyFilter::Resting, facts.state)) continue;
    ++counts.resting;
    if (facts.returns != kNone) next = std::min(next, facts.returns);
  }
  counts.all = static_cast<std::uint32_t>(facts_.size());
  if (last != kNone) counts.last_used = Timestamp(std::chrono::milliseconds(last));
  if (next != INT64_MAX) counts.next_return = Timestamp(std::chrono::milliseconds(next));
  return counts;
}

std::optional<std::uint32_t> KeyIndex::position_of(KeyId id) const {
  const auto at = std::lower_bound(by_id_.begin(), by_id_.end(), std::pair(id, std::uint32_t{0}));
  if (at == by_id_.end() || at->first != id) return std::nullopt;
  return at->second;
}

std::vector<KeyId> KeyIndex::ids() const {
  std::vector<KeyId> ids;
  ids.reserve(by_id_.size());
  for (const auto& [id, position] : by_id_) ids.push_back(id);
  return ids;
}

std::string_view KeyIndex::text_of(const Facts& facts, Field field) const {
  const std::uint32_t begin = facts.text[static_cast<std::size_t>(field)];
  const std::uint32_t end = facts.text[static_cast<std::size_t>(field) + 1];
  return {texts_.data() + begin, end - begin - 1};
}

std::string_view KeyIndex::block_of(const Facts& facts) const {
  return {texts_.data() + facts.text.front(), facts.text.back() - facts.text.front()};
}

std::uint64_t KeyIndex::first_of(KeyColumn column, const Facts& facts) const {
  switch (column) {
    case KeyColumn::State:
      return rank(facts.state);
    case KeyColumn::Description:
      return in_order(text_of(facts, Field::Description));
    case KeyColumn::Project:
      return in_order(text_of(facts, Field::Project));
    case KeyColumn::Tags:
      return in_order(text_of(facts, Field::Tags));
    case KeyColumn::Owner:
      return in_order(text_of(facts, Field::Owner));
    case KeyColumn::Fingerprint:
      return in_order(text_of(facts, Field::Fingerprint));
    case KeyColumn::Origin:
      return static_cast<std::uint64_t>(facts.origin);
    case KeyColumn::TokensToday:
      return in_order(facts.used);
    case KeyColumn::PerMinute:
      return facts.per_minute == kNone ? UINT64_MAX : in_order(facts.per_minute);
    case KeyColumn::Quotas:
      return in_order(std::int64_t{facts.quota_share});
    case KeyColumn::LastUsed:
      return in_order(facts.last_used);
    case KeyColumn::LastError:
      return in_order(facts.failed);
    case KeyColumn::Expires:
      return facts.expires == kNone ? UINT64_MAX : in_order(facts.expires);
    case KeyColumn::Priority:
      return in_order(std::int64_t{facts.priority});
    case KeyColumn::Weight:
      return in_order(std::int64_t{facts.weight});
    case KeyColumn::Requests:  // known of the rows in sight only: no order
    case KeyColumn::Created:
      break;
  }
  return in_order(facts.created);
}

int KeyIndex::compare_texts(KeyColumn column, const Facts& a, const Facts& b) const {
  const auto by = [&](Field field) { return text_of(a, field).compare(text_of(b, field)); };
  switch (column) {
    case KeyColumn::Description:
      return by(Field::Description);
    case KeyColumn::Project:
      return by(Field::Project);
    case KeyColumn::Tags:
      return by(Field::Tags);
    case KeyColumn::Owner:
      return by(Field::Owner);
    case KeyColumn::Fingerprint:
      return by(Field::Fingerprint);
    default:
      return 0;  // `first_of` says it all
  }
}

struct KeyIndex::Place {
  std::uint64_t first;
  KeyId id;
  std::uint32_t row;
};

std::vector<std::uint32_t> KeyIndex::sorted_by(KeyColumn column, bool descending) const {
  std::vector<Place> places;
  places.reserve(facts_.size());
  for (std::uint32_t row = 0; row < facts_.size(); ++row) {
    const std::uint64_t first = first_of(column, facts_[row]);
    places.push_back({descending ? ~first : first, facts_[row].id, row});
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = compare_texts(column, facts_[a.row], facts_[b.row]);
    if (order != 0) return descending ? order > 0 : order < 0;
    return a.id > b.id;
  });
  std::vector<std::uint32_t> rows;
  rows.reserve(places.size());
  for (const Place& place : places) rows.push_back(place.row);
  return rows;
}

bool KeyIndex::is_before(KeyColumn column, bool descending, std::uint32_t row, std::uint32_t other) const {
  const Facts& a = facts_[row];
  const Facts& b = facts_[other];
  const std::uint64_t first = first_of(column, a);
  const std::uint64_t second = first_of(column, b);
  if (first != second) return descending ? first > second : first < second;
  const int order = compare_texts(column, a, b);
  if (order != 0) return descending ? order > 0 : order < 0;
  return a.id > b.id;
}

KeyState KeyIndex::state_of(std::uint32_t row) const { return facts_[row].state; }

bool KeyIndex::expires_between(std::uint32_t row, Timestamp from, Timestamp to) const {
  const std::int64_t expires = facts_[row].expires;
  return expires != kNone && expires >= milliseconds(from) && expires < milliseconds(to);
}

}  // namespace geminate::ui
