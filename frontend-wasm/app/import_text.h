#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {

/// As many as the server takes at once.
inline constexpr std::size_t kMostImported = 100'000;
inline constexpr std::size_t kMostImportBytes = std::size_t{16} << 20U;

/// One key of a text or file. Holds the whole key, so it lives no longer than the import.
struct ImportEntry {
  std::string key;
  std::string project, description, tags;
  std::uint32_t place = 0;  // its line, from 1 on; in JSON its place in the list

  bool has_settings() const { return !project.empty() || !description.empty() || !tags.empty(); }
};

struct ImportReading {
  std::vector<ImportEntry> entries;
  bool by_line = true;             // what `place` counts
  std::optional<Message> problem;  // then there are no entries
};

/// Keys of a text, in any of these forms: separated by lines, commas and blanks; CSV whose head line names a
/// column "key" (and "project", "description", "tags"); JSON with a list of keys or of objects with such
/// fields. Pure.
ImportReading read_import(std::string_view text);

/// The last four characters, where they do not give most of it away.
std::string import_preview(std::string_view key);

}  // namespace geminate::ui
