#include <algorithm>
#include <bit>
#include <cstring>

#include "frontend-wasm/app/key_index.h"

namespace geminate::ui {
namespace {

constexpr std::uint64_t kEachByte = 0x0101010101010101U;

std::uint64_t eight_bytes(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

/// The top bit of each byte that is zero. Above the lowest of them there may be false ones.
std::uint64_t zero_bytes(std::uint64_t bytes) { return (bytes - kEachByte) & ~bytes & (kEachByte << 7); }

/// A word to look for, prepared: its first byte and its last, eight times over.
class Needle {
 public:
  explicit Needle(std::string_view word)
      : word_(word),
        first_(word.empty() ? 0 : repeated(word.front())),
        last_(word.empty() ? 0 : repeated(word.back())) {}

  /// Eight places at a time, each of which must have both bytes: a library's search, called for every row,
  /// takes longer to begin than most rows are long.
  bool is_in(std::string_view text) const {
    if (word_.empty()) return true;
    if (text.size() < word_.size()) return false;
    const char* at = text.data();
    const char* const end = text.data() + (text.size() - word_.size() + 1);
    const std::size_t to_last = word_.size() - 1;
    for (; end - at >= 8; at += 8) {
      const std::uint64_t others = (eight_bytes(at) ^ first_) | (eight_bytes(at + to_last) ^ last_);
      for (std::uint64_t hits = zero_bytes(others); hits != 0; hits &= hits - 1) {
        if (is_at(at + std::countr_zero(hits) / 8)) return true;
      }
    }
    return std::any_of(at, end, [this](const char& place) { return is_at(&place); });
  }

 private:
  static std::uint64_t repeated(char byte) { return kEachByte * static_cast<unsigned char>(byte); }
  bool is_at(const char* place) const { return std::equal(word_.begin(), word_.end(), place); }

  std::string_view word_;
  std::uint64_t first_, last_;
};

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
    return condition.how == Comparison::Equal ? has_line(text, word) : Needle(word).is_in(text);
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

template <class Answers>
void KeyIndex::sift(std::vector<char>& wanted, bool negated, Answers answers) const {
  for (std::size_t row = 0; row < facts_.size(); ++row) {
    if (wanted[row] != 0 && answers(facts_[row]) == negated) wanted[row] = 0;
  }
}

void KeyIndex::keep_matching(std::vector<char>& wanted, const std::vector<KeyCondition>& conditions,
                             Timestamp now) const {
  for (const KeyCondition& condition : conditions) {
    const bool is_word = condition.field == KeyField::Anywhere && condition.how == Comparison::Contains &&
                         condition.words.size() == 1 && !condition.none;
    if (is_word) {
      const Needle needle(condition.words.front());
      sift(wanted, condition.negated, [&](const Facts& facts) { return needle.is_in(all_texts_of(facts)); });
    } else {
      sift(wanted, condition.negated, [&](const Facts& facts) { return answers(facts, condition, now); });
    }
  }
}

}  // namespace geminate::ui
