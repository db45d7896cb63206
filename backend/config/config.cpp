#include "backend/config/config.h"

#include <algorithm>
#include <concepts>
#include <fstream>
#include <sstream>

#include "backend/config/setting_texts.h"
#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"

namespace geminate::config {
namespace {

/// A value as faults show it: no control characters, no screenful.
std::string shown(std::string_view value) {
  constexpr std::size_t kLongest = 100;
  std::string text;
  for (const char c : value.substr(0, kLongest)) text += (c >= 0 && c < ' ') || c == 0x7F ? '?' : c;
  if (value.size() > kLongest) text += "...";
  return text;
}

struct FoundValue {
  /// The variable that it came from.
  std::string name;
  std::string text;
};

/// Visits the settings and gives each its value.
class SettingReader {
 public:
  enum class Blank : std::uint8_t { IsUnset, IsValue };

  explicit SettingReader(Environment values, Blank blank = Blank::IsUnset)
      : values_(std::move(values)), blank_(blank) {}

  std::vector<SettingFault> faults;
  std::vector<std::string> warnings;
  /// The variables that each setting was read from.
  std::map<std::string, std::vector<std::string>> variables;

  template <class T>
  void operator()(const char* name, T& target, const SettingFacts& facts) {
    setting_ = name;
    std::vector<FoundValue> found = find(name, facts);
    for (const FoundValue& value : found) variables[name].push_back(value.name);
    if constexpr (kIsList<T>) {
      if (!found.empty()) target.clear();
    } else if (found.size() > 1) {
      add_fault(found[0].name + " and " + found[1].name + " are both set: one of them is enough");
      return;
    }
    for (const FoundValue& value : found) read(value, target, facts);
  }

 private:
  void add_fault(std::string message) { faults.push_back({setting_, std::move(message), {}}); }

  void add_if_set(const std::string& name, std::vector<FoundValue>& found) {
    const auto value = values_.find(name);
    if (value == values_.end()) return;
    const std::string_view text = without_blanks_around(value->second);
    // In the environment, set to nothing is how many tools write "not set".
    if (!text.empty() || blank_ == Blank::IsValue) found.push_back({name, std::string(text)});
  }

  std::vector<FoundValue> find(const std::string& name, const SettingFacts& facts) {
    std::vector<FoundValue> found;
    add_if_set(name, found);
    for (const std::string_view alias : facts.aliases) {
      if (!alias.empty()) add_if_set(std::string(alias), found);
    }
    if (facts.has_file) add_file_if_set(name + "_FILE", found);
    return found;
  }

  void add_file_if_set(const std::string& name, std::vector<FoundValue>& found) {
    std::vector<FoundValue> path;
    add_if_set(name, path);
    if (path.empty()) return;
    std::ifstream file(path[0].text, std::ios::binary);
    std::ostringstream content;
    if (!std::filesystem::is_regular_file(path[0].text) || !file || !(content << file.rdbuf())) {
      refuse(path[0].name, path[0].text, "a file that can be read and is not empty");
      return;
    }
    // Editors and `echo` end a file with a line end that is no part of the secret.
    found.push_back({name, std::string(without_blanks_around(content.view()))});
  }

  void refuse(const std::string& name, std::string_view value, std::string_view allowed) {
    add_fault(name + "=" + shown(value) + " is not valid: " + std::string(allowed));
  }
  /// Of a secret nothing is shown but which one of how many it is.
  void refuse_secret(const std::string& name, const std::string& which, std::string_view allowed) {
    add_fault(name + which + " is not valid (its value is not shown): " + std::string(allowed));
  }

  void read(const FoundValue& found, KeyStorageMode& target, const SettingFacts&) {
    const auto value = enum_value<KeyStorageMode>(found.text);
    target = value.value_or(KeyStorageMode::Memory);
    if (value) return;
    warnings.push_back(found.name + "=" + shown(found.text) +
                       " is not a mode: " + enum_choices<KeyStorageMode>() + "; going on with memory");
  }

  template <class E>
  requires std::is_enum_v<E>
  void read(const FoundValue& found, E& target, const SettingFacts&) {
    if (const auto value = enum_value<E>(found.text)) {
      target = *value;
    } else {
      refuse(found.name, found.text, enum_choices<E>());
    }
  }

  template <std::unsigned_integral T>
  void read(const FoundValue& found, T& target, const SettingFacts& facts) {
    const auto value = number_value(found.text, facts.unit);
    if (value && *value >= facts.least && *value <= facts.most) {
      target = static_cast<T>(*value);
    } else {
      refuse(found.name, found.text, number_choices(facts));
    }
  }

  void read(const FoundValue& found, std::string& target, const SettingFacts& facts) {
    if (facts.accepts != nullptr && !facts.accepts(found.text))
      return refuse(found.name, found.text, facts.allowed.english);
    target = found.text;
  }

  void read(const FoundValue& found, std::filesystem::path& target, const SettingFacts&) {
    target = found.text;
  }

  void read(const FoundValue& found, Secret& target, const SettingFacts& facts) {
    if (facts.accepts != nullptr && !facts.accepts(found.text))
      return refuse_secret(found.name, "", facts.allowed.english);
    target = Secret(found.text);
  }

  void read(const FoundValue& found, std::vector<std::string>& target, const SettingFacts& facts) {
    for (std::string& piece : list_value(found.text, facts.blanks_separate)) {
      if (facts.accepts != nullptr && !facts.accepts(piece)) {
        refuse(found.name, piece, facts.allowed.english);
      } else if (std::find(target.begin(), target.end(), piece) == target.end()) {
        target.push_back(std::move(piece));
      }
    }
  }

  void read(const FoundValue& found, std::vector<Secret>& target, const SettingFacts& facts) {
    std::size_t number = 0;
    std::map<std::string, bool, std::less<>> present;
    for (const Secret& secret : target) present[secret.reveal()] = true;
    for (std::string& piece : list_value(found.text, facts.blanks_separate)) {
      ++number;
      if (facts.accepts != nullptr && !facts.accepts(piece)) {
        refuse_secret(found.name, ", entry " + std::to_string(number) + ",", facts.allowed.english);
      } else if (!present.contains(piece)) {
        target.emplace_back(std::move(piece));
      }
    }
  }

  const Environment values_;
  const Blank blank_;
  /// Whose turn it is.
  std::string setting_;
};

void decode_encryption_key(const std::string& name, Secret& key, std::vector<std::string>& faults) {
  if (key.empty()) return;
  auto bytes = crypto::base64_decode(key.reveal());
  if (bytes && bytes->size() == crypto::kKeyBytes) {
    key = Secret(std::move(*bytes));
    return;
  }
  key = Secret();
  faults.push_back(
      name +
      " is not valid (its value is not shown): base64 of exactly 32 bytes, such as `openssl rand "
      "-base64 32` prints");
}

void normalise(Config& config) {
  while (config.gemini_base_url.ends_with('/')) config.gemini_base_url.pop_back();
  for (std::string& header : config.forward_headers) header = lower_case(header);
}

/// Where the values were found: a real variable wins over `.env`.
SettingSources sources_of(const SettingReader& reader, const Environment& process) {
  SettingSources sources;
  for (const auto& [setting, variables] : reader.variables) {
    SettingSource& source = sources[setting];
    for (const std::string& variable : variables) {
      source.variable += (source.variable.empty() ? "" : ", ") + variable;
      if (process.contains(variable)) source.origin = SettingOrigin::Environment;
    }
    if (source.origin == SettingOrigin::Default) source.origin = SettingOrigin::File;
  }
  return sources;
}

}  // namespace

std::vector<SettingFault> faults_together(const Config& config) {
  std::vector<SettingFault> faults;
  if (config.body_budget_bytes < config.max_body_bytes) {
    faults.push_back({"BODY_BUDGET_BYTES",
                      "BODY_BUDGET_BYTES=" + std::to_string(config.body_budget_bytes) +
                          " is not valid: at least MAX_BODY_BYTES, which is " +
                          std::to_string(config.max_body_bytes),
                      "MAX_BODY_BYTES"});
  }
  if (config.tls_cert_file.empty() != config.tls_key_file.empty()) {
    const bool has_key = config.tls_cert_file.empty();
    faults.push_back({has_key ? "TLS_CERT_FILE" : "TLS_KEY_FILE",
                      has_key ? "TLS_KEY_FILE is set without TLS_CERT_FILE: TLS wants both"
                              : "TLS_CERT_FILE is set without TLS_KEY_FILE: TLS wants both",
                      has_key ? "TLS_KEY_FILE" : "TLS_CERT_FILE"});
  }
  if (const auto rules = read_proxy_rules(config.upstream_proxy); !rules.ok()) {
    faults.push_back({"UPSTREAM_PROXY",
                      "UPSTREAM_PROXY is not valid (its value is not shown): " + rules.error().message,
                      {}});
  }
  const bool is_shared =
      !config.admin_api_key.empty() &&
      std::any_of(config.client_tokens.begin(), config.client_tokens.end(),
                  [&](const Secret& token) { return token.reveal() == config.admin_api_key.reveal(); });
  if (is_shared) {
    faults.push_back({"ADMIN_API_KEY",
                      "ADMIN_API_KEY is also one of CLIENT_TOKENS: every API client would be an admin",
                      "CLIENT_TOKENS"});
  }
  return faults;
}

std::vector<SettingFault> overlay(Config& config, const Environment& values) {
  SettingReader reader(values, SettingReader::Blank::IsValue);
  describe_settings(config, reader);
  normalise(config);
  return std::move(reader.faults);
}

ConfigReport load_config(const Environment& process_environment, const Environment& dot_env) {
  Environment values = process_environment;
  values.insert(dot_env.begin(), dot_env.end());
  ConfigReport report;
  SettingReader reader(std::move(values));
  describe_settings(report.config, reader);
  report.sources = sources_of(reader, process_environment);
  report.warnings = std::move(reader.warnings);
  for (SettingFault& fault : reader.faults) report.faults.push_back(std::move(fault.message));
  decode_encryption_key("KEY_ENCRYPTION_KEY", report.config.key_encryption_key, report.faults);
  decode_encryption_key("KEY_ENCRYPTION_KEY_PREVIOUS", report.config.key_encryption_key_previous,
                        report.faults);
  for (SettingFault& fault : faults_together(report.config))
    report.faults.push_back(std::move(fault.message));
  Config& config = report.config;
  if (!report.sources.contains("DATABASE_URL"))
    config.database_url = "sqlite:" + (config.data_dir / "geminate.db").string();
  normalise(config);
  return report;
}

}  // namespace geminate::config
