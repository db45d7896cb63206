#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/dto/keys.h"
#include "shared/dto/quotas.h"

namespace geminate {

/// Fields of UpstreamKeyView that traffic and time change; the others change with an admin's edits only.
inline constexpr std::array<std::string_view, 11> kKeyActivityFields = {
    "last_used_at",      "current_tokens_used_today",
    "suggested_project", "state",
    "state_reason",      "state_until",
    "cooldowns",         "quota_share",
    "quota_model",       "last_error",
    "last_error_at"};

/// The fields of keys/facts and of keys/activity; both name the row.
inline bool is_key_activity(std::string_view field) {
  return std::find(kKeyActivityFields.begin(), kKeyActivityFields.end(), field) != kKeyActivityFields.end();
}
inline bool travels_as_key_activity(std::string_view field) {
  return field == "id" || is_key_activity(field);
}
inline bool travels_as_key_fact(std::string_view field) { return !is_key_activity(field); }

/// Query of keys/facts and keys/activity.
struct KeyPortionQuery {
  std::optional<std::string> since;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("since", self.since, "The version of the last answer: only what has changed after it is told.");
  }
};

/// First line of the answer of keys/facts and keys/activity. The other lines hold the rows, by column
/// (shared/codec/columns.h), a few thousand in each.
struct KeyPortionHead {
  /// Its body is lines of JSON, of which this is the first.
  static constexpr bool kFirstOfLines = true;
  std::string version;
  bool is_whole = false;
  std::int64_t total_keys = 0;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;
  std::vector<std::int64_t> gone;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("version", self.version, "What `since` may name.");
    field("is_whole", self.is_whole, "Whether every key follows, and none that is not here is left.");
    field("total_keys", self.total_keys, "How many keys the pool has.");
    field("key_storage_mode", self.key_storage_mode, "Where keys live.");
    field("gone", self.gone, "Keys that were deleted; where all follow, nothing stands here.");
  }
};

/// Query of keys/glance.
struct KeyGlanceQuery {
  std::optional<std::string> ids;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("ids", self.ids, "The keys' numbers, separated by commas; 200 at most.");
  }
};

/// What a list shows of a key only while its row is in sight.
struct KeyGlance {
  std::int64_t id = 0;
  std::vector<std::int64_t> requests;
  std::vector<QuotaView> quotas;
  std::optional<KeyEventView> last_error;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, field_words::kId);
    field("requests", self.requests, "Requests of each of the last 24 hours, the running one last.");
    field("quotas", self.quotas, "What its project has spent of each model's quotas.");
    field("last_error", self.last_error,
          "The last answer that spoke against it, as far as its history goes back.");
  }
};

/// Answer of keys/glance.
struct KeyGlances {
  Timestamp from{};
  std::vector<KeyGlance> keys;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("from", self.from, "When the first of the hours begins.");
    field("keys", self.keys, "Those that were asked for and are in the pool, by rising id.");
  }
};

/// Event `keys` of the live feed: there is more to ask for than these versions' predecessors.
struct KeysMoved {
  std::string facts;
  std::string activity;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("facts", self.facts, "The newest version of keys/facts.");
    field("activity", self.activity, "The newest version of keys/activity.");
  }
};

}  // namespace geminate
