#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

using geminate::Change;

/// A Gemini key that we spend, with its settings: one row of a store. In a published snapshot it never
/// changes.
struct UpstreamKey {
  std::int64_t id = 0;
  Secret text;
  /// Tells two keys apart without showing either; keyed hash in database mode.
  std::string fingerprint;
  std::optional<std::string> description;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  bool is_active = true;
  Origin origin = Origin::Console;
  bool enable_context_management = false;
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_tokens_per_day;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::string> user_id;
  std::optional<std::string> project;
  std::vector<std::string> tags;
  std::int32_t weight = 1;
  std::int32_t priority = 0;
  std::int64_t revision = 1;

  // Findings that a store keeps over restarts.
  bool is_dead = false;
  std::string dead_reason;
  std::optional<Timestamp> last_used_at;
  /// Tokens spent in the Pacific day that begins at `used_day` (days since 1970-01-01 in Pacific local time).
  std::int64_t tokens_used = 0;
  std::int32_t used_day = 0;
};

/// The settings of a draft as a row without id, fingerprint and times; BadRequest with the field when one is
/// out of range.
Result<UpstreamKey> key_from_draft(const KeyDraft& draft);

/// Applies an edit in place. A new text makes the key alive again. BadRequest with the field when a value is
/// out of range, or when a field that has no "none" is cleared.
Status apply_patch(UpstreamKey& key, const KeyPatch& patch);

}  // namespace geminate::keys
