#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "frontend-wasm/app/key_selection.h"
#include "frontend-wasm/text/text.h"
#include "shared/dto/keys.h"

namespace geminate::ui {

/// What can be done to many keys at once.
enum class KeyEdit : std::uint8_t {
  Enable,
  Disable,
  Check,
  SetProject,
  AddTags,
  RemoveTags,
  SetTokensPerDay,
  SetRequestsPerMinute,
  Delete,
};

/// One request, and the requests that take it back; none where that is impossible.
struct BulkStep {
  KeyBulk send;
  std::vector<KeyBulk> undo;
};

/// What an edit would do, before it is done.
struct BulkPlan {
  KeyEdit edit{};
  std::vector<BulkStep> steps;
  std::size_t changing = 0;
  std::size_t unchanged = 0;       // are already as asked
  std::optional<Message> problem;  // with the value; then there are no steps
};

/// So many keys in one transaction: short enough for progress to be seen and a failure to cost little.
inline constexpr std::size_t kKeysAStep = 2000;

bool takes_value(KeyEdit edit);

/// Pure. `value` is what was typed, empty to clear; tags by commas.
BulkPlan plan_bulk(const std::vector<const UpstreamKeyView*>& keys, KeyEdit edit, std::string_view value);

/// A plan on its way, one step after the other.
struct BulkRun {
  KeyEdit edit{};
  bool undoing = false;
  std::vector<BulkStep> steps;
  std::size_t next = 0;   // the step whose answer is awaited
  std::size_t total = 0;  // keys, as are the rest
  std::size_t done = 0;
  std::size_t failed = 0;
  struct Fault {
    std::size_t keys = 0;
    Message why;
  };
  std::vector<Fault> faults;
  std::vector<BulkStep> failed_steps;
  std::vector<KeyBulk> undo;  // of what was done
};
BulkRun run_of(KeyEdit edit, std::vector<BulkStep> steps);

}  // namespace geminate::ui
