#include "backend/config/config.h"

#include <algorithm>
#include <concepts>
#include <fstream>
#include <sstream>

#include "backend/config/setting_values.h"
#include "backend/config/settings.h"
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
  SettingReader(const Environment& process, const Environment& dot_env, ConfigReport& report)
      : values_(dot_env), report_(report) {
    for (const auto& [name, value] : process) values_[name] = value;
  }

  template <class T>
  void operator()(const char* name, T& target, const SettingFacts& facts) {
    std::vector<FoundValue> found = find(name, facts);
    if constexpr (!is_list<T>) {
      if (found.size() > 1) {
        report_.faults.push_back(found[0].name + " and " + found[1].name +
                                 " are both set: one of them is enough");
        return;
      }
    }
    for (const FoundValue& value : found) read(value, target, facts);
  }

 private:
  template <class T>
  static constexpr bool is_list =
      std::same_as<T, std::vector<Secret>> || std::same_as<T, std::vector<std::string>>;

  void add_if_set(const std::string& name, std::vector<FoundValue>& found) {
    const auto value = values_.find(name);
    if (value == values_.end()) return;
    const std::string_view text = without_blanks_around(value->second);
    // Set to nothing is how many tools write "not set".
    if (!text.empty()) found.push_back({name, std::string(text)});
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
    report_.faults.push_back(name + "=" + shown(value) + " is not valid: " + std::string(allowed));
  }
  /// Of a secret nothing is shown but which one of how many it is.
  void refuse_secret(const std::string& name, const std::string& which, std::string_view allowed) {
    report_.faults.push_back(name + which +
                             " is not valid (its value is not shown): " + std::string(allowed));
  }

  void read(const FoundValue& found, KeyStorageMode& target, const SettingFacts&) {
    const auto value = enum_value<KeyStorageMode>(found.text);
    target = value.value_or(KeyStorageMode::Memory);
    if (value) return;
    report_.warnings.push_back(found.name + "=" + shown(found.text) + " is not a mode: " +
                               enum_choices<KeyStorageMode>() + "; going on with memory");
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
      return refuse(found.name, found.text, facts.allowed);
    target = found.text;
  }

  void read(const FoundValue& found, std::filesystem::path& target, const SettingFacts&) {
    target = found.text;
  }

  void read(const FoundValue& found, Secret& target, const SettingFacts& facts) {
    if (facts.accepts != nullptr && !facts.accepts(found.text))
      return refuse_secret(found.name, "", facts.allowed);
    target = Secret(found.text);
  }

  void read(const FoundValue& found, std::vector<std::string>& target, const SettingFacts& facts) {
    for (std::string& piece : list_value(found.text, facts.blanks_separate)) {
      if (facts.accepts != nullptr && !facts.accepts(piece)) {
        refuse(found.name, piece, facts.allowed);
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
        refuse_secret(found.name, ", entry " + std::to_string(number) + ",", facts.allowed);
      } else if (!present.contains(piece)) {
        target.emplace_back(std::move(piece));
      }
    }
  }

  Environment values_;
  ConfigReport& report_;
};

void decode_encryption_key(ConfigReport& report) {
  Secret& key = report.config.key_encryption_key;
  if (key.empty()) return;
  auto bytes = crypto::base64_decode(key.reveal());
  if (bytes && bytes->size() == crypto::kKeyBytes) {
    key = Secret(std::move(*bytes));
    return;
  }
  key = Secret();
  report.faults.push_back(
      "KEY_ENCRYPTION_KEY is not valid (its value is not shown): base64 of exactly 32 bytes, such as "
      "`openssl rand "
      "-base64 32` prints");
}

/// What no setting can say about itself alone.
void check_together(ConfigReport& report) {
  const Config& config = report.config;
  if (config.body_budget_bytes < config.max_body_bytes) {
    report.faults.push_back("BODY_BUDGET_BYTES=" + std::to_string(config.body_budget_bytes) +
                            " is not valid: at least MAX_BODY_BYTES, which is " +
                            std::to_string(config.max_body_bytes));
  }
  const bool is_shared =
      !config.admin_api_key.empty() &&
      std::any_of(config.client_tokens.begin(), config.client_tokens.end(),
                  [&](const Secret& token) { return token.reveal() == config.admin_api_key.reveal(); });
  if (is_shared) {
    report.faults.push_back("ADMIN_API_KEY is also one of CLIENT_TOKENS: every API client would be an admin");
  }
}

void finish(Config& config, bool has_database_url) {
  if (!has_database_url) config.database_url = "sqlite:" + (config.data_dir / "geminate.db").string();
  while (config.gemini_base_url.ends_with('/')) config.gemini_base_url.pop_back();
  for (std::string& header : config.forward_headers) header = lower_case(header);
}

}  // namespace

ConfigReport load_config(const Environment& process_environment, const Environment& dot_env) {
  ConfigReport report;
  SettingReader reader(process_environment, dot_env, report);
  // An empty one stands for "unset" until finish().
  report.config.database_url.clear();
  describe_settings(report.config, reader);
  decode_encryption_key(report);
  check_together(report);
  finish(report.config, !report.config.database_url.empty());
  return report;
}

}  // namespace geminate::config
