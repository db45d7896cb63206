#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "backend/config/config.h"
#include "backend/config/setting_checks.h"

namespace geminate::config {

enum class Unit : std::uint8_t { None, Bytes, Seconds };

/// What is to be known about a setting besides its name, its type and its default, which is the member's.
struct SettingFacts {
  /// For people; ends with a full stop.
  std::string_view sentence;
  /// Heading that begins with this setting in the generated documents; empty: goes on under the last one.
  std::string_view section = {};
  /// What a value must be, in words; numbers and enums say it themselves.
  std::string_view allowed = {};
  /// Stands where the default would, for defaults that are no value.
  std::string_view default_words = {};
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  Unit unit = Unit::None;
  /// For texts, and for each piece of a list: whether the value will do.
  bool (*accepts)(std::string_view value) = nullptr;
  /// A list's pieces are separated by commas, and by blanks too if this says so.
  bool blanks_separate = false;
  /// Whether NAME_FILE may name a file that holds the value.
  bool has_file = false;
  /// A further name of the setting, for people who come from elsewhere; two at most.
  std::string_view aliases[2] = {};
};

/// Every setting once. Parsing, the list of faults, `.env.example` and CONFIGURATION.md are visitors of this
/// list: `setting(name, member, facts)`; `Self` may be const. Whether it is a secret, the member's type says.
template <class Self, class Setting>
void describe_key_settings(Self& config, Setting&& setting) {
  setting(
      "KEY_STORAGE_MODE", config.key_storage_mode,
      {.sentence =
           "Where upstream keys and console-made client tokens live: in memory for this run only, or in the "
           "database. Any other value is reported in the log and memory is used.",
       .section = "Keys"});
  setting(
      "GEMINI_API_KEYS", config.gemini_api_keys,
      {.sentence =
           "Upstream keys; memory mode's list. In database mode they are not read unless an admin imports "
           "them. The file holds one a line.",
       .allowed = "visible ASCII characters, 4096 at most each",
       .accepts = is_key_text,
       .blanks_separate = true,
       .has_file = true});
  setting("DATABASE_URL", config.database_url,
          {.sentence = "Database mode's store. Unset, it is geminate.db in DATA_DIR.",
           .allowed = "sqlite: and a file's path",
           .accepts = is_database_url});
  setting("KEY_ENCRYPTION_KEY", config.key_encryption_key,
          {.sentence = "Seals upstream keys in the database. Unset with nothing sealed yet: the first start "
                       "makes one and "
                       "keeps it in DATA_DIR/encryption.key, which wants a back-up apart from the database.",
           .allowed = "base64 of exactly 32 bytes",
           .has_file = true});
}

template <class Self, class Setting>
void describe_access_settings(Self& config, Setting&& setting) {
  setting(
      "CLIENT_TOKENS", config.client_tokens,
      {.sentence =
           "Tokens that API clients present. They count in both modes, besides those made in the console.",
       .section = "Access",
       .allowed = "16 to 4096 visible ASCII characters each",
       .accepts = is_client_token,
       .aliases = {"PASSWORD", "USERS_API_KEY"}});
  setting("ADMIN_API_KEY", config.admin_api_key,
          {.sentence = "The admin's secret: the console's password, and the bearer token of scripts. Unset: "
                       "the first start "
                       "makes one and keeps it in DATA_DIR/admin.key.",
           .allowed = "16 characters at least, and no client token",
           .accepts = is_admin_secret});
  setting("CORS_ORIGINS", config.cors_origins,
          {.sentence = "Origins whose pages may call the client surfaces.",
           .allowed = "origins such as https://chat.example.org, or * for all",
           .default_words = "none",
           .accepts = is_origin});
}

template <class Self, class Setting>
void describe_server_settings(Self& config, Setting&& setting) {
  setting("HOST", config.host,
          {.sentence = "The address to listen on.",
           .section = "Server",
           .allowed = "an IP address or a host name",
           .accepts = is_host});
  setting("PORT", config.port,
          {.sentence = "The port to listen on; 0 takes a free one and logs it.", .least = 0, .most = 65535});
  setting("DATA_DIR", config.data_dir, {.sentence = "The folder where files are kept."});
  setting(
      "WORKERS", config.workers,
      {.sentence = "Event loops; 0 means one per core.", .default_words = "number of cores", .most = 1024});
  setting("LOG_LEVEL", config.log_level,
          {.sentence = "What is logged, to standard error; warn is read as warning."});
  setting("LOG_FORMAT", config.log_format, {.sentence = "How it is logged."});
}

template <class Self, class Setting>
void describe_upstream_settings(Self& config, Setting&& setting) {
  setting("GEMINI_BASE_URL", config.gemini_base_url,
          {.sentence = "Where Gemini is.",
           .section = "Upstream",
           .allowed = "an https:// address, or http:// for loopback; no user, query or fragment",
           .accepts = is_base_url});
  setting("FORWARD_HEADERS", config.forward_headers,
          {.sentence = "Further request headers to send upstream.",
           .allowed = "header names; none of credentials, framing or connections",
           .default_words = "none",
           .accepts = is_forwardable_header});
  setting("REQUEST_TIMEOUT_SECONDS", config.request_timeout_seconds,
          {.sentence = "Deadline of one proxied request, all its attempts together.",
           .least = 1,
           .most = 86'400,
           .unit = Unit::Seconds});
  setting(
      "QUEUE_TIMEOUT_MS", config.queue_timeout_ms,
      {.sentence = "How long a request may wait for a key when all rest, in milliseconds and within its "
                   "deadline; first come, first served. Who cannot get one in that time is refused at once: "
                   "with 0, everybody.",
       .least = 0,
       .most = 3'600'000});
  setting("QUEUE_LIMIT", config.queue_limit,
          {.sentence = "How many requests may wait so on each worker; one more is refused at once.",
           .least = 1,
           .most = 1'000'000});
  setting("CONNECT_TIMEOUT_SECONDS", config.connect_timeout_seconds,
          {.sentence = "How long connecting to upstream may take.",
           .least = 1,
           .most = 300,
           .unit = Unit::Seconds});
  setting("FIRST_BYTE_TIMEOUT_SECONDS", config.first_byte_timeout_seconds,
          {.sentence = "How long upstream may take from the request's last byte to the answer's first.",
           .least = 1,
           .most = 86'400,
           .unit = Unit::Seconds});
  setting("IDLE_TIMEOUT_SECONDS", config.idle_timeout_seconds,
          {.sentence = "How long upstream may be silent within an answer.",
           .least = 1,
           .most = 86'400,
           .unit = Unit::Seconds});
}

template <class Self, class Setting>
void describe_limit_settings(Self& config, Setting&& setting) {
  setting("MAX_HEADER_BYTES", config.max_header_bytes,
          {.sentence = "A request's head may have so many bytes.",
           .section = "Limits",
           .least = 1024,
           .most = 1024 * 1024,
           .unit = Unit::Bytes});
  setting("MAX_HEADERS", config.max_headers,
          {.sentence = "A request may have so many header fields.", .least = 10, .most = 10'000});
  setting("MAX_BODY_BYTES", config.max_body_bytes,
          {.sentence = "A request's body may have so many bytes.",
           .least = 1024,
           .most = 4ULL * 1024 * 1024 * 1024,
           .unit = Unit::Bytes});
  setting("BODY_BUDGET_BYTES", config.body_budget_bytes,
          {.sentence = "All bodies in memory together may have so many bytes; at least MAX_BODY_BYTES.",
           .least = 1024,
           .most = 1024ULL * 1024 * 1024 * 1024,
           .unit = Unit::Bytes});
}

template <class Self, class Setting>
void describe_health_settings(Self& config, Setting&& setting) {
  setting("CHECK_ON_ADD", config.check_on_add,
          {.sentence = "Whether keys that an admin adds are checked at upstream at once, in the background.",
           .section = "Health of keys"});
  setting("CHECK_CONCURRENCY", config.check_concurrency,
          {.sentence = "Checks of keys that may be in flight at once.", .least = 1, .most = 256});
  setting(
      "RECHECK_AFTER_SECONDS", config.recheck_after_seconds,
      {.sentence = "How long after upstream refused a key it is checked again by itself; every further time "
                   "takes twice as long, up to six hours.",
       .least = 1,
       .most = 21'600,
       .unit = Unit::Seconds});
}

template <class Self, class Setting>
void describe_usage_settings(Self& config, Setting&& setting) {
  setting(
      "USAGE_RETENTION_DAYS", config.usage_retention_days,
      {.sentence = "How many days the record of a request is kept; sums by hour and day are kept for 400.",
       .section = "Usage",
       .least = 1,
       .most = 3650});
  setting(
      "USAGE_MAX_BYTES", config.usage_max_bytes,
      {.sentence =
           "The usage database may have so many bytes; the oldest requests go first. Memory mode keeps the "
           "last 100000 requests.",
       .least = 16ULL * 1024 * 1024,
       .most = 1024ULL * 1024 * 1024 * 1024,
       .unit = Unit::Bytes});
}

template <class Self, class Setting>
void describe_settings(Self& config, Setting&& setting) {
  describe_key_settings(config, setting);
  describe_access_settings(config, setting);
  describe_server_settings(config, setting);
  describe_upstream_settings(config, setting);
  describe_limit_settings(config, setting);
  describe_health_settings(config, setting);
  describe_usage_settings(config, setting);
}

}  // namespace geminate::config
