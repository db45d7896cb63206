#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate {

namespace field_words {
inline constexpr const char* kSettingName = "The setting's name, which is the environment variable's.";
}  // namespace field_words

/// Where a setting's value came from. A console value stands before the environment's.
enum class SettingOrigin : std::uint8_t { Default, Environment, File, Console };

enum class SettingKind : std::uint8_t { Number, Size, Seconds, Choice, Text, List, Secret };

template <>
struct EnumNames<SettingOrigin> {
  static constexpr std::array<std::pair<SettingOrigin, std::string_view>, 4> kNames = {
      {{SettingOrigin::Default, "default"},
       {SettingOrigin::Environment, "environment"},
       {SettingOrigin::File, "file"},
       {SettingOrigin::Console, "console"}}};
};
template <>
struct EnumNames<SettingKind> {
  static constexpr std::array<std::pair<SettingKind, std::string_view>, 7> kNames = {
      {{SettingKind::Number, "number"},
       {SettingKind::Size, "size"},
       {SettingKind::Seconds, "seconds"},
       {SettingKind::Choice, "choice"},
       {SettingKind::Text, "text"},
       {SettingKind::List, "list"},
       {SettingKind::Secret, "secret"}}};
};

/// One setting as the running server has it. A secret's value never stands here.
struct SettingView {
  std::string name;
  std::string section;
  std::string section_zh;
  std::string sentence;
  std::string sentence_zh;
  SettingKind kind = SettingKind::Number;
  std::optional<std::string> value;
  bool is_set = false;
  SettingOrigin origin = SettingOrigin::Default;
  std::string variable;
  std::string default_value;
  std::string default_value_zh;
  std::string allowed;
  std::string allowed_zh;
  std::vector<std::string> choices;
  bool is_editable = false;
  std::optional<std::string> environment_value;
  SettingOrigin environment_origin = SettingOrigin::Default;
  std::optional<Timestamp> changed_at;
  std::int64_t revision = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("name", self.name, field_words::kSettingName);
    field("section", self.section, "What it belongs to.");
    field("section_zh", self.section_zh, "The same in Chinese.");
    field("sentence", self.sentence, "What it does.");
    field("sentence_zh", self.sentence_zh, "The same in Chinese.");
    field("kind", self.kind, "What a value of it is.");
    field("value", self.value, "The value in force; null for a secret.");
    field("is_set", self.is_set, "Whether anybody has set it; of a secret this is all that is told.");
    field("origin", self.origin, "Who set it: file means .env, console that it was changed here.");
    field("variable", self.variable, "The variable that it was read from; empty where none was.");
    field("default_value", self.default_value, "What holds when nobody sets it; empty for nothing.");
    field("default_value_zh", self.default_value_zh, "The same in Chinese.");
    field("allowed", self.allowed, "What a value must be, in words; empty: anything.");
    field("allowed_zh", self.allowed_zh, "The same in Chinese.");
    field("choices", self.choices, "The words that a choice takes.");
    field("is_editable", self.is_editable, "Whether the running server takes a new value over.");
    field("environment_value", self.environment_value,
          "What holds after a reset; null for a secret and where the console changed nothing.");
    field("environment_origin", self.environment_origin, "Where that comes from.");
    field("changed_at", self.changed_at, "When the console's value was set.");
    field("revision", self.revision, "Counts the changes made in the console.");
  }
};

/// Answer of settings/data and settings/update.
struct SettingList {
  std::vector<SettingView> settings;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("settings", self.settings, "Every setting, section by section.");
    field("key_storage_mode", self.key_storage_mode,
          "Where values live that are set here: in memory until a restart, or in the database.");
  }
};

/// A new value for one setting, or none: then the environment's, or the default, stands again.
struct SettingChange {
  std::string name;
  std::optional<std::string> value;
  std::optional<std::int64_t> revision;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("name", self.name, field_words::kSettingName);
    field("value", self.value, "The new value, written as in the environment; null resets it.");
    field("revision", self.revision, "The revision that was seen; refused if it is no longer that.");
  }
};

/// Body of settings/update: all of it takes effect, or nothing.
struct SettingsEdit {
  std::vector<SettingChange> changes;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("changes", self.changes, "The settings to change, each once.");
  }
};

/// Answer of about: what runs here, and how it is.
struct AboutView {
  std::string version;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;
  Timestamp started_at{};
  Timestamp now{};
  std::int64_t workers = 0;
  std::string not_ready;
  std::vector<std::string> storage_problems;
  std::optional<std::int64_t> database_bytes;
  std::optional<std::int64_t> usage_bytes;
  std::optional<std::int64_t> memory_bytes;
  std::int64_t keys = 0;
  std::int64_t keys_ready = 0;
  std::int64_t tokens = 0;
  std::int64_t requests_in_flight = 0;
  std::int64_t requests_waiting = 0;
  std::int64_t client_connections = 0;
  std::int64_t live_listeners = 0;
  bool plain_on_network = false;
  bool upstream_paused = false;
  std::int64_t usage_records_dropped = 0;
  std::int64_t log_lines_dropped = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("version", self.version, "The server's version.");
    field("key_storage_mode", self.key_storage_mode, "Where keys live.");
    field("started_at", self.started_at, "When this process began.");
    field("now", self.now, "The server's clock.");
    field("workers", self.workers, "Event loops that run.");
    field("not_ready", self.not_ready, "Why it cannot serve requests; empty: it can.");
    field("storage_problems", self.storage_problems, "What could not be saved when it was tried last.");
    field("database_bytes", self.database_bytes, "The database of keys and tokens; null in memory mode.");
    field("usage_bytes", self.usage_bytes, "The database of usage; null in memory mode.");
    field("memory_bytes", self.memory_bytes, "Memory that the process holds; null where that is unknown.");
    field("keys", self.keys, "Upstream keys.");
    field("keys_ready", self.keys_ready, "Those of them that are ready.");
    field("tokens", self.tokens, "Client tokens.");
    field("requests_in_flight", self.requests_in_flight, "Requests that are being proxied.");
    field("requests_waiting", self.requests_waiting, "Those of them that wait for a key.");
    field("client_connections", self.client_connections, "Connections of clients.");
    field("live_listeners", self.live_listeners, "Listeners of the live feed.");
    field("plain_on_network", self.plain_on_network,
          "Whether clients reach it over a network without TLS, and without a proxy in TRUSTED_PROXIES.");
    field("upstream_paused", self.upstream_paused, "Whether upstream refuses everybody and is left alone.");
    field("usage_records_dropped", self.usage_records_dropped, "Records lost, as the disk was too slow.");
    field("log_lines_dropped", self.log_lines_dropped, "Log lines lost, as their reader was too slow.");
  }
};

}  // namespace geminate
