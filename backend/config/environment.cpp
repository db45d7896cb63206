#include <cstring>
#include <fstream>
#include <set>

#include "backend/config/setting_values.h"
#include "backend/config/settings.h"

namespace geminate::config {
namespace {

/// Visits the settings and gathers their variables. All of them: an address may carry a password as well.
class SettingNames {
 public:
  template <class T>
  void operator()(const char* name, const T&, const SettingFacts& facts) {
    names.emplace(name);
    names.emplace(std::string(name) + "_FILE");
    for (const std::string_view alias : facts.aliases) {
      if (!alias.empty()) names.emplace(alias);
    }
  }
  std::set<std::string> names;
};

bool is_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!fits) return false;
  }
  return true;
}

/// What stands between quotes at the front, and whether they are closed and nothing but a comment follows.
std::optional<std::string> quoted_value(std::string_view text) {
  const char quote = text.front();
  std::string value;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != quote; ++at) {
    if (quote == '"' && text[at] == '\\' && at + 1 < text.size()) {
      ++at;
      value += text[at] == 'n' ? '\n' : text[at];
    } else {
      value += text[at];
    }
  }
  if (at >= text.size()) return std::nullopt;
  const std::string_view rest = without_blanks_around(text.substr(at + 1));
  if (!rest.empty() && rest.front() != '#') return std::nullopt;
  return value;
}

/// Without quotes a value ends at a `#` that stands after a blank.
std::string plain_value(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '#' && (text[at - 1] == ' ' || text[at - 1] == '\t')) text = text.substr(0, at);
  }
  return std::string(without_blanks_around(text));
}

/// Whether the line is understood; comments and blank lines are.
bool read_line(std::string_view line, Environment& environment) {
  line = without_blanks_around(line);
  if (line.empty() || line.front() == '#') return true;
  constexpr std::string_view kExport = "export ";
  if (line.starts_with(kExport)) line = without_blanks_around(line.substr(kExport.size()));
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = without_blanks_around(line.substr(0, equals));
  const std::string_view text = without_blanks_around(line.substr(equals + 1));
  if (!is_name(name)) return false;
  std::optional<std::string> value;
  if (text.starts_with('#')) {
    value = "";
  } else if (text.starts_with('"') || text.starts_with('\'')) {
    value = quoted_value(text);
  } else {
    value = plain_value(text);
  }
  if (!value) return false;
  environment[std::string(name)] = std::move(*value);
  return true;
}

}  // namespace

Environment read_dot_env(const std::filesystem::path& path, std::vector<std::string>& faults) {
  Environment environment;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return environment;
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path, ignored)) {
    faults.push_back(path.string() + " cannot be read");
    return environment;
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::string_view text = line;
    if (number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    // The line itself may hold a secret.
    if (!read_line(text, environment)) {
      faults.push_back(path.string() + " line " + std::to_string(number) +
                       " is not valid: NAME=value, quotes closed");
    }
  }
  return environment;
}

Environment take_process_environment(char** environ_block) {
  SettingNames settings;
  const Config defaults;
  describe_settings(defaults, settings);
  Environment environment;
  for (char** entry = environ_block; entry != nullptr && *entry != nullptr; ++entry) {
    char* equals = std::strchr(*entry, '=');
    if (equals == nullptr) continue;
    const std::string name(*entry, equals);
    environment.emplace(name, equals + 1);
    if (!settings.names.contains(name)) continue;
    // Through a volatile pointer: nothing reads these bytes again, so plain stores could be dropped.
    for (volatile char* byte = equals + 1; *byte != '\0'; ++byte) *byte = '\0';
  }
  return environment;
}

}  // namespace geminate::config
