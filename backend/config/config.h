#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/secret.h"
#include "shared/dto/keys.h"
#include "shared/dto/settings.h"

namespace geminate::config {

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warning, Error };
enum class LogFormat : std::uint8_t { Text, Json };
enum class Toggle : std::uint8_t { Off, On };

/// Every setting, with its default; the list of names, ranges and sentences is in settings.h, next to this
/// struct.
struct Config {
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;
  std::vector<Secret> gemini_api_keys;
  std::string database_url = "sqlite:data/geminate.db";
  /// 32 raw bytes; empty when unset.
  Secret key_encryption_key;
  /// The one before, while it is exchanged; 32 raw bytes or empty.
  Secret key_encryption_key_previous;
  std::vector<Secret> client_tokens;
  /// Empty when unset: the first start makes one.
  Secret admin_api_key;
  /// Whether an admin may see upstream keys whole.
  Toggle key_reveal = Toggle::Off;
  std::string host = "127.0.0.1";
  std::uint16_t port = 7860;
  /// Both or neither.
  std::filesystem::path tls_cert_file;
  std::filesystem::path tls_key_file;
  std::uint32_t max_connections = 16'384;
  /// Addresses and CIDR blocks.
  std::vector<std::string> trusted_proxies;
  std::filesystem::path data_dir = "data";
  std::string gemini_base_url = "https://generativelanguage.googleapis.com";
  /// As upstream_proxy.h reads them.
  std::vector<Secret> upstream_proxy;
  /// Addresses and blocks.
  std::vector<std::string> upstream_allowed_addresses;
  /// 0: one per core.
  std::uint32_t workers = 0;
  LogLevel log_level = LogLevel::Info;
  LogFormat log_format = LogFormat::Text;
  std::uint64_t max_header_bytes = 32 * 1024;
  std::uint32_t max_headers = 100;
  std::uint64_t max_body_bytes = 64ULL * 1024 * 1024;
  std::uint64_t body_budget_bytes = 512ULL * 1024 * 1024;
  std::vector<std::string> cors_origins;
  std::vector<std::string> forward_headers;
  /// Deadline of one proxied request, all its attempts together.
  std::uint32_t request_timeout_seconds = 600;
  /// How long a request may wait for a key when all rest; 0: not at all.
  std::uint32_t queue_timeout_ms = 0;
  /// How many may wait, on each worker.
  std::uint32_t queue_limit = 1000;
  std::uint32_t connect_timeout_seconds = 10;
  std::uint32_t first_byte_timeout_seconds = 300;
  std::uint32_t idle_timeout_seconds = 120;
  Toggle check_on_add = Toggle::On;
  std::uint32_t check_concurrency = 8;
  std::uint32_t recheck_after_seconds = 60;
  std::uint32_t audit_retention_days = 365;
  std::uint32_t usage_retention_days = 30;
  std::uint64_t usage_max_bytes = 2ULL * 1024 * 1024 * 1024;
};

/// Where a setting's value was found, and in which variable.
struct SettingSource {
  SettingOrigin origin = SettingOrigin::Default;
  std::string variable;
};
/// By the settings' names; who is not in it has its default.
using SettingSources = std::map<std::string, SettingSource, std::less<>>;

/// What loading found besides the values: faults stop the start, warnings are logged.
struct ConfigReport {
  Config config;
  SettingSources sources;
  std::vector<std::string> faults;
  std::vector<std::string> warnings;
};

using Environment = std::map<std::string, std::string>;

/// Pure but for the files that `…_FILE` settings name: the environment (a real variable wins over `.env`) as
/// settings, every fault at once.
ConfigReport load_config(const Environment& process_environment, const Environment& dot_env);

/// A value that will not do.
struct SettingFault {
  std::string setting;
  std::string message;
  /// The setting that it does not go together with; empty where the value is wrong by itself.
  std::string other;
};

/// Gives `config` values on top of those it has, by the settings' own names. What will not do stays as it
/// was. Pure.
std::vector<SettingFault> overlay(Config& config, const Environment& values);
/// What no setting can say about itself alone. Pure.
std::vector<SettingFault> faults_together(const Config& config);

/// Reads a `.env` file (NAME=value lines, # comments, quotes); no file is an empty one. A malformed line is a
/// fault.
Environment read_dot_env(const std::filesystem::path& path, std::vector<std::string>& faults);

/// The process's environment, with the bytes of secret variables overwritten in place afterwards (unsetenv
/// alone leaves them readable in /proc).
Environment take_process_environment(char** environ_block);

/// Generated files: kept true by a golden test.
std::string dot_env_example();
std::string configuration_markdown();

}  // namespace geminate::config
