#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/dto/keys.h"

namespace geminate::ui {

enum class ExportForm : std::uint8_t { Csv, Json };

/// The keys as a file, as far as anybody gets to see them: never a key's text. CSV as RFC 4180 has it, with a
/// byte order mark, since spreadsheets take UTF-8 for something else without; JSON as the management API
/// writes the list. Pure.
std::string export_keys(const std::vector<const UpstreamKeyView*>& keys, ExportForm form);

}  // namespace geminate::ui
