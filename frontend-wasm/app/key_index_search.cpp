#include <algorithm>
#include <cstring>

#include "frontend-wasm/app/key_index.h"

namespace geminate::ui {
namespace {

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

std::string_view KeyIndex::all_texts_of(const Facts& facts) const {
  const std::uint32_t end = facts.text[static_cast<std::size_t>(Field::Models)];
  return {texts_.data() + facts.text[0], end - facts.text[0]};
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

}  // namespace geminate::ui
