#include "frontend-wasm/app/key_query.h"

#include <algorithm>
#include <array>
#include <utility>

#include "frontend-wasm/app/json_text.h"
#include "shared/dto/keys.h"

namespace geminate::ui {
namespace {

enum class Kind : std::uint8_t { Words, Choice, Figure, Span };

struct FieldSpec {
  KeyField field;
  Kind kind;
  std::string_view name, chinese;
};

constexpr std::array<FieldSpec, 16> kFields = {{
    {KeyField::State, Kind::Choice, "state", "状态"},
    {KeyField::Project, Kind::Words, "project", "项目"},
    {KeyField::Tag, Kind::Words, "tag", "标签"},
    {KeyField::Origin, Kind::Choice, "origin", "来源"},
    {KeyField::Model, Kind::Words, "model", "模型"},
    {KeyField::Owner, Kind::Words, "owner", "归属"},
    {KeyField::Active, Kind::Choice, "active", "启用"},
    {KeyField::Id, Kind::Figure, "id", "编号"},
    {KeyField::Used, Kind::Figure, "used", "已用"},
    {KeyField::Share, Kind::Figure, "share", "占比"},
    {KeyField::DayLimit, Kind::Figure, "limit", "上限"},
    {KeyField::PerMinute, Kind::Figure, "rpm", "每分钟"},
    {KeyField::Weight, Kind::Figure, "weight", "权重"},
    {KeyField::Priority, Kind::Figure, "priority", "优先级"},
    {KeyField::Expires, Kind::Span, "expires", "过期"},
    {KeyField::Idle, Kind::Span, "idle", "闲置"},
}};

const FieldSpec* field_called(std::string_view name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [name](const FieldSpec& spec) {
    return spec.name == name || spec.chinese == name;
  });
  return found == kFields.end() ? nullptr : &*found;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> field_names() {
  std::vector<std::string> names;
  for (const FieldSpec& spec : kFields) names.emplace_back(spec.name);
  return names;
}

/// A value's names: the API's, and the one that the Chinese page shows.
struct ChoiceName {
  std::uint32_t bit;
  std::string name;
  std::string chinese;
};

template <class Enum>
void put_choice(std::vector<ChoiceName>& into, Enum value, TextId shown) {
  into.push_back({1U << static_cast<unsigned>(value), std::string(name_of(value)),
                  Phrasebook(Language::Chinese)(shown).str()});
}

std::vector<ChoiceName> choices_of(KeyField field) {
  std::vector<ChoiceName> names;
  if (field == KeyField::State) {
    put_choice(names, KeyState::Ready, TextId::StateReady);
    put_choice(names, KeyState::Cooling, TextId::StateCooling);
    put_choice(names, KeyState::Spent, TextId::StateSpent);
    put_choice(names, KeyState::Suspect, TextId::StateSuspect);
    put_choice(names, KeyState::Dead, TextId::StateDead);
    put_choice(names, KeyState::Disabled, TextId::StateDisabled);
    put_choice(names, KeyState::Expired, TextId::StateExpired);
  } else if (field == KeyField::Origin) {
    put_choice(names, Origin::Environment, TextId::OriginEnvironment);
    put_choice(names, Origin::Console, TextId::OriginConsole);
    put_choice(names, Origin::Database, TextId::OriginDatabase);
  } else {
    names = {{1, "no", "否"}, {2, "yes", "是"}};
  }
  return names;
}

/// A figure with what may follow it: "10k", "1.5m", "30%", "60万".
std::optional<double> read_figure(std::string_view text) {
  struct Suffix {
    std::string_view text;
    double factor;
  };
  static constexpr std::array<Suffix, 6> kSuffixes = {
      {{"k", 1e3}, {"m", 1e6}, {"b", 1e9}, {"万", 1e4}, {"亿", 1e8}, {"%", 1}}};
  double factor = 1;
  for (const Suffix& suffix : kSuffixes) {
    if (!text.ends_with(suffix.text)) continue;
    text.remove_suffix(suffix.text.size());
    factor = suffix.factor;
    break;
  }
  std::string digits(text);
  std::erase(digits, ',');
  const bool negative = digits.starts_with('-');
  const std::string_view unsigned_part = std::string_view(digits).substr(negative ? 1 : 0);
  if (unsigned_part.starts_with('.')) return std::nullopt;
  const std::optional<double> number = read_decimal(unsigned_part);
  if (!number) return std::nullopt;
  return (negative ? -*number : *number) * factor;
}

/// "30m", "12h", "7d", "2w" in milliseconds.
std::optional<double> read_span(std::string_view text) {
  struct Unit {
    std::string_view text;
    double seconds;
  };
  static constexpr std::array<Unit, 8> kUnits = {{{"m", 60},
                                                  {"h", 3600},
                                                  {"d", 86400},
                                                  {"w", 604800},
                                                  {"分钟", 60},
                                                  {"小时", 3600},
                                                  {"天", 86400},
                                                  {"周", 604800}}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.text)) continue;
    text.remove_suffix(unit.text.size());
    const auto count = read_figure(text);
    if (!count || *count < 0) return std::nullopt;
    return *count * unit.seconds * 1000;
  }
  return std::nullopt;
}

/// One word of the box, taken apart.
struct Term {
  bool negated = false;
  std::string name;  // empty: a word without a field
  Comparison how = Comparison::Contains;
  std::string value;
  bool quoted = false;
  bool unclosed = false;
};

/// Takes words off the front of a text.
class TermReader {
 public:
  explicit TermReader(std::string_view text) : rest_(text) {}

  bool next(Term& term) {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty()) return false;
    term = {};
    if (rest_.size() > 1 && rest_.front() == '-' && !is_blank(rest_[1])) {
      term.negated = true;
      rest_.remove_prefix(1);
    }
    take_value(term, true);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::optional<Comparison> take_comparison() {
    if (take("<=")) return Comparison::LessOrEqual;
    if (take(">=")) return Comparison::GreaterOrEqual;
    if (take("<")) return Comparison::Less;
    if (take(">")) return Comparison::Greater;
    if (take("=")) return Comparison::Equal;
    if (take(":") || take("：")) return Comparison::Contains;
    return std::nullopt;
  }
  void take_quoted(Term& term) {
    term.quoted = true;
    const std::size_t end = rest_.find('"');
    term.unclosed = end == std::string_view::npos;
    term.value += rest_.substr(0, end);
    rest_.remove_prefix(term.unclosed ? rest_.size() : end + 1);
  }
  void take_value(Term& term, bool may_be_name) {
    while (!rest_.empty() && !is_blank(rest_.front())) {
      if (take("\"")) {
        take_quoted(term);
        continue;
      }
      const bool name_so_far = may_be_name && term.name.empty() && !term.value.empty() && !term.quoted;
      if (const auto how = name_so_far ? take_comparison() : std::nullopt) {
        term.name = std::exchange(term.value, {});
        term.how = *how;
        may_be_name = false;
        continue;
      }
      term.value += rest_.front();
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
};

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool compares_size(Comparison how) { return how != Comparison::Contains && how != Comparison::Equal; }

bool asks_for_none(std::string_view word) { return word == "none" || word == "无" || word == "never"; }

/// A term with a known field, or why that is none.
class ConditionReader {
 public:
  ConditionReader(const FieldSpec& spec, const Term& term) : spec_(spec), term_(term) {
    condition_.field = spec.field;
    condition_.how = term.how;
    condition_.negated = term.negated;
  }

  std::optional<Message> read() {
    if (!term_.quoted && spec_.kind != Kind::Choice && asks_for_none(term_.value)) {
      condition_.none = true;
      return std::nullopt;
    }
    switch (spec_.kind) {
      case Kind::Words:
        return read_words();
      case Kind::Choice:
        return read_choices();
      case Kind::Figure:
        return read_number(read_figure(term_.value), TextId::QueryWantsFigure);
      case Kind::Span:
        break;
    }
    return read_number(read_span(term_.value), TextId::QueryWantsSpan);
  }
  KeyCondition take() { return std::move(condition_); }

 private:
  std::string name() const { return std::string(spec_.name); }

  std::optional<Message> read_words() {
    if (compares_size(condition_.how)) return Message{TextId::QueryHasNoSize, {name()}};
    condition_.words = term_.quoted ? std::vector{term_.value} : split_at_commas(term_.value);
    return std::nullopt;
  }
  std::optional<Message> read_choices() {
    if (compares_size(condition_.how)) return Message{TextId::QueryHasNoSize, {name()}};
    const std::vector<ChoiceName> known = choices_of(spec_.field);
    for (const std::string& word : split_at_commas(term_.value)) {
      std::uint32_t found = 0;
      for (const ChoiceName& choice : known) {
        if (choice.name.starts_with(word) || choice.chinese.starts_with(word)) found |= choice.bit;
      }
      if (found == 0) return unknown_choice(word, known);
      condition_.choices |= found;
    }
    return std::nullopt;
  }
  std::optional<Message> unknown_choice(const std::string& word, const std::vector<ChoiceName>& known) const {
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const ChoiceName& choice : known) names.push_back(choice.name);
    return Message{TextId::QueryUnknownValue, {name(), word, joined(names)}};
  }
  std::optional<Message> read_number(std::optional<double> number, TextId fault) {
    if (!number) return Message{fault, {name(), term_.value}};
    condition_.number = *number;
    // "expires:7d" can only mean "within": no two moments are equal.
    if (spec_.kind == Kind::Span && !compares_size(condition_.how)) condition_.how = Comparison::LessOrEqual;
    return std::nullopt;
  }

  const FieldSpec& spec_;
  const Term& term_;
  KeyCondition condition_;
};

/// Whether all that contains one of `narrower` contains one of `wider`.
bool words_narrow(const std::vector<std::string>& narrower, const std::vector<std::string>& wider) {
  return std::all_of(narrower.begin(), narrower.end(), [&wider](const std::string& word) {
    return std::any_of(wider.begin(), wider.end(),
                       [&word](const std::string& part) { return word.find(part) != std::string::npos; });
  });
}

bool implies(const KeyCondition& narrower, const KeyCondition& wider) {
  if (narrower == wider) return true;
  const bool both_contain = narrower.how == Comparison::Contains && wider.how == Comparison::Contains;
  return narrower.field == wider.field && both_contain && !narrower.negated && !wider.negated &&
         !narrower.none && !wider.none && !wider.words.empty() && words_narrow(narrower.words, wider.words);
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

KeyConditions read_key_query(std::string_view text) {
  KeyConditions conditions;
  const std::string lower = lower_case(text);
  TermReader reader(lower);
  for (Term term; reader.next(term);) {
    const bool being_typed = reader.at_end();
    if (term.unclosed && !being_typed) return {{}, Message{TextId::QueryOpenQuote, {}}};
    if (term.name.empty()) {
      if (term.value.empty()) continue;
      conditions.all.push_back({.negated = term.negated, .words = {std::move(term.value)}});
      continue;
    }
    const FieldSpec* spec = field_called(term.name);
    if (spec == nullptr) return {{}, Message{TextId::QueryUnknownField, {term.name, joined(field_names())}}};
    if (term.value.empty()) {
      if (being_typed) continue;
      return {{}, Message{TextId::QueryValueMissing, {std::string(spec->name)}}};
    }
    ConditionReader condition(*spec, term);
    if (auto problem = condition.read()) return {{}, std::move(problem)};
    conditions.all.push_back(condition.take());
  }
  return conditions;
}

bool narrows(const std::vector<KeyCondition>& narrower, const std::vector<KeyCondition>& wider) {
  return std::all_of(wider.begin(), wider.end(), [&narrower](const KeyCondition& old) {
    return std::any_of(narrower.begin(), narrower.end(),
                       [&old](const KeyCondition& condition) { return implies(condition, old); });
  });
}

}  // namespace geminate::ui
