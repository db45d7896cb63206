#include "frontend-wasm/app/key_index.h"

#include <algorithm>
#include <cstring>

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

/// Faster than std::string_view::find, which looks at one character after the other in clang's library.
bool contains(std::string_view text, std::string_view word) {
  if (word.empty()) return true;
  const char* at = text.data();
  const char* end = text.data() + text.size();
  while (static_cast<std::size_t>(end - at) >= word.size()) {
    at = static_cast<const char*>(
        std::memchr(at, word.front(), static_cast<std::size_t>(end - at) - word.size() + 1));
    if (at == nullptr) return false;
    if (std::memcmp(at, word.data(), word.size()) == 0) return true;
    ++at;
  }
  return false;
}

/// Whether one of the lines is the word.
bool has_line(std::string_view lines, std::string_view word) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (lines.substr(0, end) == word) return true;
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return false;
}

bool holds(double value, Comparison how, double asked) {
  switch (how) {
    case Comparison::Contains:
    case Comparison::Equal:
      return value == asked;
    case Comparison::Less:
      return value < asked;
    case Comparison::LessOrEqual:
      return value <= asked;
    case Comparison::Greater:
      return value > asked;
    case Comparison::GreaterOrEqual:
      break;
  }
  return value >= asked;
}

std::int64_t milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

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
  by_id_.clear();
  facts_.reserve(keys.size());
  by_id_.reserve(keys.size());
  for (const UpstreamKeyView& key : keys) {
    by_id_.emplace_back(key.id, static_cast<std::uint32_t>(facts_.size()));
    facts_.push_back(facts_of(key));
  }
  if (!std::is_sorted(by_id_.begin(), by_id_.end())) std::sort(by_id_.begin(), by_id_.end());
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
  return std::string_view(texts_).substr(begin, end - begin - 1);
}

std::string_view KeyIndex::all_texts_of(const Facts& facts) const {
  const std::uint32_t end = facts.text[static_cast<std::size_t>(Field::Models)];
  return std::string_view(texts_).substr(facts.text[0], end - facts.text[0]);
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
    case KeyColumn::LastUsed:
      return in_order(facts.last_used);
    case KeyColumn::Expires:
      return facts.expires == kNone ? UINT64_MAX : in_order(facts.expires);
    case KeyColumn::Priority:
      return in_order(std::int64_t{facts.priority});
    case KeyColumn::Weight:
      return in_order(std::int64_t{facts.weight});
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

bool KeyIndex::has_word(const Facts& facts, const KeyCondition& condition) const {
  Field field = Field::Project;
  if (condition.field == KeyField::Tag) field = Field::Tags;
  if (condition.field == KeyField::Owner) field = Field::Owner;
  if (condition.field == KeyField::Model) field = Field::Models;
  const bool anywhere = condition.field == KeyField::Anywhere;
  const std::string_view text = anywhere ? all_texts_of(facts) : text_of(facts, field);
  if (condition.none) return text.empty();
  return std::any_of(condition.words.begin(), condition.words.end(), [&](const std::string& word) {
    return condition.how == Comparison::Equal ? has_line(text, word) : contains(text, word);
  });
}

/// The figure that the condition's field stands for; kNone where the key has none.
std::int64_t KeyIndex::figure_of(const Facts& facts, KeyField field, Timestamp now) {
  switch (field) {
    case KeyField::Id:
      return facts.id;
    case KeyField::Used:
      return facts.used;
    case KeyField::DayLimit:
      return facts.day_limit;
    case KeyField::PerMinute:
      return facts.per_minute;
    case KeyField::Weight:
      return facts.weight;
    case KeyField::Priority:
      return facts.priority;
    case KeyField::Share:
      return facts.day_limit <= 0 ? kNone : facts.used * 100 / facts.day_limit;
    case KeyField::Expires:
      // What has expired has no time left: its state says so.
      return facts.expires < milliseconds(now) ? kNone : facts.expires - milliseconds(now);
    default:
      break;
  }
  // What was never used is idle for ever.
  return facts.last_used == kNone ? INT64_MAX : milliseconds(now) - facts.last_used;
}

bool KeyIndex::answers(const Facts& facts, const KeyCondition& condition, Timestamp now) const {
  const auto chosen = [&](unsigned value) { return (condition.choices >> value & 1) != 0; };
  switch (condition.field) {
    case KeyField::Anywhere:
    case KeyField::Project:
    case KeyField::Tag:
    case KeyField::Model:
    case KeyField::Owner:
      return has_word(facts, condition);
    case KeyField::State:
      return chosen(static_cast<unsigned>(facts.state));
    case KeyField::Origin:
      return chosen(static_cast<unsigned>(facts.origin));
    case KeyField::Active:
      return chosen(facts.active ? 1 : 0);
    default:
      break;
  }
  if (condition.none && condition.field == KeyField::Expires) return facts.expires == kNone;
  if (condition.none && condition.field == KeyField::Idle) return facts.last_used == kNone;
  const std::int64_t figure = figure_of(facts, condition.field, now);
  if (condition.none) return figure == kNone;
  return figure != kNone && holds(static_cast<double>(figure), condition.how, condition.number);
}

bool KeyIndex::matches_all(std::uint32_t row, const std::vector<KeyCondition>& conditions,
                           Timestamp now) const {
  const Facts& facts = facts_[row];
  return std::all_of(conditions.begin(), conditions.end(), [&](const KeyCondition& condition) {
    return answers(facts, condition, now) != condition.negated;
  });
}

KeyState KeyIndex::state_of(std::uint32_t row) const { return facts_[row].state; }

bool KeyIndex::expires_between(std::uint32_t row, Timestamp from, Timestamp to) const {
  const std::int64_t expires = facts_[row].expires;
  return expires != kNone && expires >= milliseconds(from) && expires < milliseconds(to);
}

}  // namespace geminate::ui
