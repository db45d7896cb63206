#include "backend/config/setting_texts.h"

namespace geminate::config {
namespace {

constexpr std::string_view kGenerator = "backend/config/settings.h";

/// One setting as documents show it.
struct Row {
  std::string_view name;
  const SettingFacts* facts;
  std::string default_text;
  std::string allowed;
  bool is_secret = false;
};

/// Calls `show(row)` for every setting, in their order.
template <class Show>
void for_each_row(Show&& show) {
  const Config defaults;
  describe_settings(defaults, [&](const char* name, const auto& value, const SettingFacts& facts) {
    using Member = std::remove_cvref_t<decltype(value)>;
    show(Row{name, &facts, value_text(value, facts), allowed_text<Member>(facts), kIsSecret<Member>});
  });
}

/// Breaks the text into lines that begin with `prefix`.
std::string wrapped(std::string_view text, std::string_view prefix) {
  constexpr std::size_t kWidth = 100;
  std::string result;
  std::string line(prefix);
  while (!text.empty()) {
    const auto end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.size() + word.size() > kWidth && line.size() > prefix.size()) {
      result += line.substr(0, line.size() - 1) + "\n";
      line = prefix;
    }
    line += std::string(word) + " ";
  }
  return result + line.substr(0, line.size() - 1) + "\n";
}

std::string all_names(const Row& row) {
  std::string names = "`" + std::string(row.name) + "`";
  if (row.facts->has_file) names += "<br>`" + std::string(row.name) + "_FILE`";
  for (const std::string_view alias : row.facts->aliases) {
    if (!alias.empty()) names += "<br>`" + std::string(alias) + "`";
  }
  return names;
}

std::string without_bars(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

/// Sizes as shells take them unquoted: "64MiB".
std::string without_blanks(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ') result += c;
  }
  return result;
}

std::string default_cell(const Row& row) {
  if (!row.facts->default_words.empty()) return std::string(row.facts->default_words.english);
  return row.default_text.empty() ? "" : "`" + row.default_text + "`";
}

}  // namespace

std::string dot_env_example() {
  std::string text =
      "# Settings of Geminate. Copy this file to .env and take the # away from what you set.\n";
  text += "# A real environment variable wins over this file. Generated from " + std::string(kGenerator) +
          "; do not edit.\n";
  for_each_row([&](const Row& row) {
    if (!row.facts->section.empty()) text += "\n# ---- " + std::string(row.facts->section.english) + "\n";
    text += "\n" + wrapped(row.facts->sentence.english, "# ");
    if (!row.allowed.empty()) text += wrapped("Allowed: " + row.allowed + ".", "# ");
    for (const std::string_view alias : row.facts->aliases) {
      if (!alias.empty()) text += "# " + std::string(alias) + " is read too.\n";
    }
    const bool has_value = row.facts->default_words.empty();
    text += "#" + std::string(row.name) + "=" + (has_value ? without_blanks(row.default_text) : "") + "\n";
    if (row.facts->has_file) text += "#" + std::string(row.name) + "_FILE=\n";
  });
  return text;
}

std::string configuration_markdown() {
  std::string text = "# Configuration\n\n<!-- Generated from " + std::string(kGenerator) +
                     "; do not edit. tests/golden/config_documents_test.cpp says how to renew it. -->\n\n";
  text +=
      "Settings are environment variables. A `.env` file in the working directory is read too; a real "
      "variable wins\n"
      "over it. A variable that is set to nothing counts as not set. `geminate --check-config` lists every "
      "fault at\n"
      "once; a fault stops the start.\n\n"
      "Names that end with `_FILE` hold the path of a file with the value. Secrets are taken out of the "
      "process's\n"
      "environment once they are read, and no message ever shows one.\n\n"
      "The console's settings page shows every setting with its value and where that came from. What a "
      "running server\n"
      "can take over may be changed there. A value set there stands before the environment's, also after the "
      "environment\n"
      "changed, until it is reset on that page. Database mode keeps it in the database; memory mode until "
      "the "
      "next start,\n"
      "which brings the environment's value back. A stored value that is no longer allowed is reported in "
      "the "
      "log, and\n"
      "the environment's is used.\n";
  for_each_row([&](const Row& row) {
    if (!row.facts->section.empty()) {
      text += "\n## " + std::string(row.facts->section.english) +
              "\n\n| name | default | meaning | allowed |\n|---|---|---|---|\n";
    }
    text += "| " + all_names(row) + " | " + default_cell(row) + " | " +
            without_bars(row.facts->sentence.english) + (row.is_secret ? " Secret." : "") +
            (row.facts->live ? " Can be changed in the console." : "") + " | " + without_bars(row.allowed) +
            " |\n";
  });
  return text;
}

}  // namespace geminate::config
