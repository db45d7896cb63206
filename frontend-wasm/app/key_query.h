#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {

// The language of the search box: words, and conditions such as `state:cooling`, `project=alpha`, `used>10k`,
// `expires<7d`, `-tag:test`, `tag:a,b` (either), `project:none`. Pure.

enum class KeyField : std::uint8_t {
  Anywhere,  // a word without a field
  State,
  Project,
  Tag,
  Origin,
  Model,  // one of its quotas rests for that model
  Owner,
  Active,  // the admin's wish
  Id,
  Used,
  Share,  // of the tokens of a day, in percent
  DayLimit,
  PerMinute,
  Weight,
  Priority,
  Expires,  // in how long
  Idle,     // for how long nothing was sent with it
};

enum class Comparison : std::uint8_t { Contains, Equal, Less, LessOrEqual, Greater, GreaterOrEqual };

struct KeyCondition {
  KeyField field = KeyField::Anywhere;
  Comparison how = Comparison::Contains;
  bool negated = false;
  bool none = false;               // asks for keys that have no such value
  std::vector<std::string> words;  // in lower case; one of them is enough
  std::uint32_t choices = 0;       // of State, Origin and Active: bits of the values asked for
  double number = 0;               // of figures; of times in milliseconds
  friend bool operator==(const KeyCondition&, const KeyCondition&) = default;
};

struct KeyConditions {
  std::vector<KeyCondition> all;
  /// What cannot be understood; then `all` is of no use.
  std::optional<Message> problem;
};

/// A condition at the end of which nothing stands yet ("state:") is being typed: it counts for nothing.
KeyConditions read_key_query(std::string_view text);

/// Whether every key that answers `narrower` answers `wider` too, as when somebody types on. May say no in
/// doubt.
bool narrows(const std::vector<KeyCondition>& narrower, const std::vector<KeyCondition>& wider);

/// Only ASCII has a case here.
std::string lower_case(std::string_view text);

}  // namespace geminate::ui
