#include "frontend-wasm/app/import_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "shared/codec/json_archive.h"
#include "shared/core/ascii.h"

namespace geminate::ui {
namespace {

/// The full-width comma, the enumeration comma and the ideographic space, as the server knows them.
constexpr std::array<std::string_view, 3> kWideSeparators = {"\xEF\xBC\x8C", "\xE3\x80\x81", "\xE3\x80\x80"};
constexpr std::string_view kSeparators = " \t\r\n\v\f,";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

ImportReading refuse(TextId why, std::vector<std::string> arguments = {}) {
  ImportReading reading;
  reading.problem = Message{why, std::move(arguments)};
  return reading;
}

ImportReading too_many() { return refuse(TextId::ImportTooMany, {std::to_string(kMostImported)}); }

// --- plain

std::size_t separator_length(std::string_view text) {
  if (kSeparators.find(text.front()) != std::string_view::npos) return 1;
  for (const std::string_view wide : kWideSeparators) {
    if (text.starts_with(wide)) return wide.size();
  }
  return 0;
}

ImportReading read_plain(std::string_view text) {
  ImportReading reading;
  std::uint32_t line = 1;
  while (!text.empty()) {
    if (const std::size_t separator = separator_length(text); separator != 0) {
      if (text.front() == '\n') ++line;
      text.remove_prefix(separator);
      continue;
    }
    std::size_t length = 0;
    while (length < text.size() && separator_length(text.substr(length)) == 0) ++length;
    if (reading.entries.size() == kMostImported) return too_many();
    reading.entries.push_back({std::string(text.substr(0, length)), {}, {}, {}, line});
    text.remove_prefix(length);
  }
  return reading;
}

// --- what columns and fields are called

enum class Part : std::uint8_t { Other, Key, Project, Description, Tags };

Part part_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Part>, 9> kNames = {{{"key", Part::Key},
                                                                        {"key_string", Part::Key},
                                                                        {"api_key", Part::Key},
                                                                        {"apikey", Part::Key},
                                                                        {"project", Part::Project},
                                                                        {"description", Part::Description},
                                                                        {"note", Part::Description},
                                                                        {"name", Part::Description},
                                                                        {"tags", Part::Tags}}};
  std::string lower(trimmed(name));
  for (char& c : lower) c = ascii_lower(c);
  for (const auto& [known, part] : kNames) {
    if (known == lower) return part;
  }
  return Part::Other;
}

void put(ImportEntry& entry, Part part, std::string_view value) {
  value = trimmed(value);
  switch (part) {
    case Part::Key:
      entry.key = value;
      break;
    case Part::Project:
      entry.project = value;
      break;
    case Part::Description:
      entry.description = value;
      break;
    case Part::Tags:
      entry.tags = value;
      break;
    case Part::Other:
      break;
  }
}

// --- CSV

/// Takes one record off the text: fields by `delimiter`, quoted ones may hold it, quotation marks and line
/// ends. Adds the lines that it spans.
std::vector<std::string> take_record(std::string_view& text, char delimiter, std::uint32_t& lines) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\n') ++lines;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (text.starts_with('"')) {
        fields.back() += c;
        text.remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (c == '"' && trimmed(fields.back()).empty()) {
      quoted = true;
      fields.back().clear();
    } else if (c == delimiter) {
      fields.emplace_back();
    } else if (c == '\n') {
      return fields;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  ++lines;
  return fields;
}

struct CsvHead {
  char delimiter = ',';
  std::vector<Part> parts;
};

/// The first line, if it names a column of keys.
std::optional<CsvHead> csv_head(std::string_view text) {
  const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
  for (const char delimiter : {',', ';', '\t'}) {
    std::string_view rest = line;
    std::uint32_t lines = 0;
    CsvHead head{delimiter, {}};
    for (const std::string& name : take_record(rest, delimiter, lines)) head.parts.push_back(part_of(name));
    if (std::find(head.parts.begin(), head.parts.end(), Part::Key) != head.parts.end()) return head;
  }
  return std::nullopt;
}

ImportReading read_csv(std::string_view text, const CsvHead& head) {
  ImportReading reading;
  std::uint32_t line = 1;
  take_record(text, head.delimiter, line);
  while (!text.empty()) {
    ImportEntry entry;
    entry.place = line;
    const std::vector<std::string> fields = take_record(text, head.delimiter, line);
    if (fields.size() == 1 && trimmed(fields.front()).empty()) continue;
    for (std::size_t i = 0; i < std::min(fields.size(), head.parts.size()); ++i)
      put(entry, head.parts[i], fields[i]);
    if (reading.entries.size() == kMostImported) return too_many();
    reading.entries.push_back(std::move(entry));
  }
  return reading;
}

// --- JSON

using Json = codec::rj::Value;

std::string_view text_of(const Json& json) {
  return json.IsString() ? std::string_view(json.GetString(), json.GetStringLength()) : std::string_view();
}

std::string tags_of(const Json& json) {
  if (!json.IsArray()) return std::string(text_of(json));
  std::string tags;
  for (const Json& tag : json.GetArray()) {
    if (!tags.empty()) tags += ',';
    tags += text_of(tag);
  }
  return tags;
}

void put_fields(ImportEntry& entry, const Json& object) {
  for (const auto& member : object.GetObject()) {
    const Part part = part_of(text_of(member.name));
    const std::string value = part == Part::Tags ? tags_of(member.value) : std::string(text_of(member.value));
    if (!value.empty()) put(entry, part, value);
  }
}

ImportReading read_json(std::string_view text) {
  const codec::JsonInput input(text);
  if (input.fault()) return refuse(TextId::ImportBadJson);
  const Json* list = &input.root();
  if (list->IsObject()) {
    const auto keys = list->FindMember("keys");
    if (keys == list->MemberEnd()) return refuse(TextId::ImportBadJson);
    list = &keys->value;
  }
  if (!list->IsArray()) return refuse(TextId::ImportBadJson);
  if (list->Size() > kMostImported) return too_many();
  ImportReading reading;
  reading.by_line = false;
  for (const Json& element : list->GetArray()) {
    ImportEntry entry;
    entry.place = static_cast<std::uint32_t>(reading.entries.size() + 1);
    if (element.IsObject()) put_fields(entry, element);
    if (element.IsString()) entry.key = trimmed(text_of(element));
    reading.entries.push_back(std::move(entry));
  }
  return reading;
}

ImportReading read_any(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string_view content = trimmed(text);
  if (content.starts_with('[') || content.starts_with('{')) return read_json(content);
  const auto head = csv_head(text);
  return head ? read_csv(text, *head) : read_plain(text);
}

}  // namespace

ImportReading read_import(std::string_view text) {
  if (text.size() > kMostImportBytes) return refuse(TextId::ImportTooLarge);
  ImportReading reading = read_any(text);
  const bool any = std::any_of(reading.entries.begin(), reading.entries.end(),
                               [](const ImportEntry& entry) { return !entry.key.empty(); });
  return any || reading.problem ? reading : refuse(TextId::ImportNoKeys);
}

std::string import_preview(std::string_view key) {
  if (key.size() < 8) return {};
  std::string preview(key.substr(key.size() - 4));
  for (char& c : preview) {
    if (c <= ' ' || c >= 0x7F) c = '?';
  }
  return preview;
}

}  // namespace geminate::ui
