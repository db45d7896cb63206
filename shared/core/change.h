#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/core/caller.h"
#include "shared/core/describe.h"

namespace geminate {

/// What was done, as the audit log calls it.
enum class AuditAction : std::uint8_t {
#define AUDIT_ACTION(name, text) name,
#include "shared/core/audit_actions.def"
#undef AUDIT_ACTION
};

template <>
struct EnumNames<AuditAction> {
#define AUDIT_ACTION(name, text) +1
  static constexpr std::size_t kCount = 0
#include "shared/core/audit_actions.def"
      ;
#undef AUDIT_ACTION
#define AUDIT_ACTION(name, text) std::pair{AuditAction::name, std::string_view(text)},
  static constexpr std::array<std::pair<AuditAction, std::string_view>, kCount> kNames{{
#include "shared/core/audit_actions.def"
  }};
#undef AUDIT_ACTION
};

enum class AuditOutcome : std::uint8_t { Done, Refused };

template <>
struct EnumNames<AuditOutcome> {
  static constexpr std::array<std::pair<AuditOutcome, std::string_view>, 2> kNames{
      {{AuditOutcome::Done, "done"}, {AuditOutcome::Refused, "refused"}}};
};

/// One field that changed, as texts; a side without a value has none. Never a secret: of a key or token that
/// is replaced, what lists show of it.
struct FieldMove {
  std::string field;
  std::optional<std::string> before;
  std::optional<std::string> after;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("field", self.field, "What changed.");
    field("before", self.before, "What it was; null: nothing.");
    field("after", self.after, "What it is now; null: nothing.");
  }
  bool operator==(const FieldMove&) const = default;
};

/// Who changes something, and as what: every store mutation takes it, and writes it to the audit log in its
/// own transaction, completed by what only the store knows.
struct Change {
  Caller who;
  AuditAction action;
  /// What kind of thing is changed, and which one; where the store knows, it says.
  std::string target_kind{};
  std::string target_id{};
  std::vector<FieldMove> moves{};
  AuditOutcome outcome = AuditOutcome::Done;
};

}  // namespace geminate
