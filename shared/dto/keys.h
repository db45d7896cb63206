#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"
#include "shared/dto/health.h"

namespace geminate {

/// Where keys live; KEY_STORAGE_MODE.
enum class KeyStorageMode : std::uint8_t { Memory, Database };

/// Where a key or token came from.
enum class Origin : std::uint8_t { Environment, Console, Database };

/// What the server found out about a key; the admin's wish is `is_active`.
enum class KeyState : std::uint8_t { Ready, Cooling, Spent, Suspect, Dead, Disabled, Expired };

enum class BulkAction : std::uint8_t {
  Enable,
  Disable,
  Delete,
  SetProject,
  Check,
  SetTags,
  SetTokensPerDay,
  SetRequestsPerMinute,
};

/// What is wrong with a key that an import does not take.
enum class KeyRejection : std::uint8_t { Empty, TooLong, NotPlain, Setting };

template <>
struct EnumNames<KeyStorageMode> {
  static constexpr std::array<std::pair<KeyStorageMode, std::string_view>, 2> kNames = {
      {{KeyStorageMode::Memory, "memory"}, {KeyStorageMode::Database, "database"}}};
};
template <>
struct EnumNames<Origin> {
  static constexpr std::array<std::pair<Origin, std::string_view>, 3> kNames = {
      {{Origin::Environment, "environment"}, {Origin::Console, "console"}, {Origin::Database, "database"}}};
};
template <>
struct EnumNames<KeyState> {
  static constexpr std::array<std::pair<KeyState, std::string_view>, 7> kNames = {
      {{KeyState::Ready, "ready"},
       {KeyState::Cooling, "cooling"},
       {KeyState::Spent, "spent"},
       {KeyState::Suspect, "suspect"},
       {KeyState::Dead, "dead"},
       {KeyState::Disabled, "disabled"},
       {KeyState::Expired, "expired"}}};
};
template <>
struct EnumNames<BulkAction> {
  static constexpr std::array<std::pair<BulkAction, std::string_view>, 8> kNames = {
      {{BulkAction::Enable, "enable"},
       {BulkAction::Disable, "disable"},
       {BulkAction::Delete, "delete"},
       {BulkAction::SetProject, "set_project"},
       {BulkAction::Check, "check"},
       {BulkAction::SetTags, "set_tags"},
       {BulkAction::SetTokensPerDay, "set_tokens_per_day"},
       {BulkAction::SetRequestsPerMinute, "set_requests_per_minute"}}};
};
template <>
struct EnumNames<KeyRejection> {
  static constexpr std::array<std::pair<KeyRejection, std::string_view>, 4> kNames = {
      {{KeyRejection::Empty, "empty"},
       {KeyRejection::TooLong, "too_long"},
       {KeyRejection::NotPlain, "not_plain"},
       {KeyRejection::Setting, "setting"}}};
};

/// Sentences about fields that several DTOs have.
namespace field_words {
inline constexpr const char* kId = "The row's number; stands in URLs.";
inline constexpr const char* kRevision = "Counts the row's edits.";
inline constexpr const char* kPatchRevision = "If given, the edit fails when the row has moved on since.";
inline constexpr const char* kIsAdmin = "Whether the caller may change them.";
inline constexpr const char* kKeyNote = "A note.";
inline constexpr const char* kKeyExpiry = "From when on it is no longer used.";
}  // namespace field_words

/// One project × model × quota that rests.
struct CooldownView {
  std::string project;
  std::string model;
  std::string quota;
  std::string reason;
  Timestamp until{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("project", self.project, "The Google project whose quota is spent.");
    field("model", self.model, "The model it is spent for; empty for all.");
    field("quota", self.quota, "Google's name of the quota, empty where it gave none.");
    field("reason", self.reason, "Why it rests, in words.");
    field("until", self.until, "When it is tried again.");
  }
};

/// The settings that a key's row, draft and patch have in common, each with its one sentence. The row also
/// shows what goes with them.
template <class Self, class Field>
void describe_key_settings(Self& self, Field& field) {
  field("enable_context_management", self.enable_context_management,
        "Whether long conversations are trimmed.");
  field("context_window", self.context_window, "Tokens of context to keep when trimming.");
  field("max_tokens_per_day", self.max_tokens_per_day, "Tokens it may spend in a Pacific day.");
  if constexpr (requires { self.current_tokens_used_today; }) {
    field("current_tokens_used_today", self.current_tokens_used_today, "Tokens spent this Pacific day.");
  }
  field("rate_limit_per_minute", self.rate_limit_per_minute, "Requests it may serve in a minute.");
  if constexpr (requires { self.proxy_key_type; }) {
    field("proxy_key_type", self.proxy_key_type, "The kind of upstream; gemini.");
  }
  field("user_id", self.user_id, "Whose key it is, free text.");
  field("project", self.project, "The Google project whose quota it shares.");
  if constexpr (requires { self.suggested_project; }) {
    field("suggested_project", self.suggested_project,
          "The project that Google named in an error about it, where that is not the one above.");
  }
  field("tags", self.tags, "Words to find it by.");
  field("weight", self.weight, "Its share among equals.");
  field("priority", self.priority, "Higher ones are spent first.");
}

/// A key as the management API shows it. Never holds the key's whole text.
struct UpstreamKeyView {
  std::int64_t id = 0;
  std::string key_preview;
  std::string fingerprint;
  std::optional<std::string> description;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
  std::optional<Timestamp> expires_at;
  bool is_active = true;
  bool is_system = false;
  Origin origin = Origin::Console;
  bool enable_context_management = false;
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_tokens_per_day;
  std::int64_t current_tokens_used_today = 0;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::string proxy_key_type = "gemini";
  std::optional<std::string> user_id;
  std::optional<std::string> project;
  std::optional<std::string> suggested_project;
  std::vector<std::string> tags;
  std::int32_t weight = 1;
  std::int32_t priority = 0;
  KeyState state = KeyState::Ready;
  std::optional<std::string> state_reason;
  std::optional<Timestamp> state_until;
  std::vector<CooldownView> cooldowns;
  std::optional<std::int32_t> quota_share;
  std::optional<std::string> quota_model;
  std::optional<KeyEventKind> last_error;
  std::optional<Timestamp> last_error_at;
  std::int64_t revision = 1;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, field_words::kId);
    field("key_preview", self.key_preview, "The last four characters of the key.");
    field("fingerprint", self.fingerprint, "Tells two keys apart without showing either.");
    field("description", self.description, "A note of the admin's.");
    field("created_at", self.created_at, "When the key was added.");
    field("last_used_at", self.last_used_at, "When a request last spent it.");
    field("expires_at", self.expires_at, field_words::kKeyExpiry);
    field("is_active", self.is_active, "The admin's wish: may it be used?");
    field("is_system", self.is_system, "Whether it came from the environment.");
    field("origin", self.origin, "Where the key came from.");
    describe_key_settings(self, field);
    field("state", self.state, "What the server found.");
    field("state_reason", self.state_reason, "Why it is in that state, in words.");
    field("state_until", self.state_until, "When the state ends by itself.");
    field("cooldowns", self.cooldowns, "What of it rests, and until when.");
    field("quota_share", self.quota_share,
          "How much of its project's tightest quota is spent, in percent; null where no limit is known.");
    field("quota_model", self.quota_model, "The model whose quota that is.");
    field("last_error", self.last_error, "What the last answer that spoke against it was taken for.");
    field("last_error_at", self.last_error_at, "When that was.");
    field("revision", self.revision, field_words::kRevision);
  }
};

/// Body of keys/add: the key's text and whatever of its settings differs from the defaults.
struct KeyDraft {
  std::string key_string;
  std::optional<std::string> description;
  std::optional<Timestamp> expires_at;
  std::optional<bool> is_active;
  std::optional<bool> enable_context_management;
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_tokens_per_day;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::string> user_id;
  std::optional<std::string> project;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::int32_t> weight;
  std::optional<std::int32_t> priority;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("key_string", self.key_string, "The key itself.");
    field("description", self.description, field_words::kKeyNote);
    field("expires_at", self.expires_at, field_words::kKeyExpiry);
    field("is_active", self.is_active, "Whether it may be used; true if left out.");
    describe_key_settings(self, field);
  }
};

/// Body of keys/update: a field left out stays, null clears it.
struct KeyPatch {
  Patch<std::string> key_string;
  Patch<std::string> description;
  Patch<Timestamp> expires_at;
  Patch<bool> is_active;
  Patch<bool> enable_context_management;
  Patch<std::int64_t> context_window;
  Patch<std::int64_t> max_tokens_per_day;
  Patch<std::int64_t> rate_limit_per_minute;
  Patch<std::string> user_id;
  Patch<std::string> project;
  Patch<std::vector<std::string>> tags;
  Patch<std::int32_t> weight;
  Patch<std::int32_t> priority;
  std::optional<std::int64_t> revision;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("key_string", self.key_string, "A new text for the key; it starts afresh in health.");
    field("description", self.description, field_words::kKeyNote);
    field("expires_at", self.expires_at, field_words::kKeyExpiry);
    field("is_active", self.is_active, "Whether it may be used.");
    describe_key_settings(self, field);
    field("revision", self.revision, field_words::kPatchRevision);
  }
};

/// Answer of keys/data.
struct KeyList {
  std::vector<UpstreamKeyView> keys;
  std::int64_t total_keys = 0;
  bool is_admin = false;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("keys", self.keys, "Every key of the pool.");
    field("total_keys", self.total_keys, "How many there are.");
    field("is_admin", self.is_admin, field_words::kIsAdmin);
    field("key_storage_mode", self.key_storage_mode, "Where keys live.");
  }
};

/// Body of keys/import: a text of keys, or keys one by one with what is known of each.
struct KeyImport {
  std::string text;
  std::optional<std::vector<KeyDraft>> keys{};
  std::optional<bool> dry_run{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("text", self.text, "Keys, separated by lines, commas or blanks.", Presence::Optional);
    field("keys", self.keys, "Instead of the text: keys with their settings.");
    field("dry_run", self.dry_run, "Whether to say only what would happen, and to change nothing.");
  }
};

struct RejectedKey {
  std::int64_t position = 0;
  std::string key_preview;
  KeyRejection fault = KeyRejection::NotPlain;
  std::string reason;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("position", self.position, "Which one of the import, from 1 on.");
    field("key_preview", self.key_preview, "Its last four characters.");
    field("fault", self.fault, "What is wrong with it; setting: not the key itself, but what came with it.");
    field("reason", self.reason, "Why it was not taken, in words.");
  }
};

struct KeyImportResult {
  std::int64_t added = 0;
  std::int64_t duplicates = 0;
  std::vector<std::int64_t> duplicate_positions;
  std::vector<RejectedKey> rejected;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("added", self.added, "Keys that are new in the pool; of a dry run: that would be.");
    field("duplicates", self.duplicates, "Keys that were there already, or twice in the import.");
    field("duplicate_positions", self.duplicate_positions, "Which ones those are, from 1 on.");
    field("rejected", self.rejected, "What could not be taken.");
  }
};

/// Body of keys/bulk, carried out whole or not at all.
struct KeyBulk {
  std::vector<std::int64_t> ids;
  BulkAction action = BulkAction::Enable;
  std::optional<std::string> value;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("ids", self.ids, "The rows it is for.");
    field("action", self.action, "What to do with them.");
    field("value", self.value, "The project, the tags by commas, or the limit that is set; null clears it.");
  }
};

struct BulkResult {
  std::int64_t changed = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("changed", self.changed, "How many rows it changed.");
  }
};

}  // namespace geminate
