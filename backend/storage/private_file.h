#pragma once

#include <filesystem>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::storage {

/// Makes the folder, and those above it that are missing, for our eyes only (0700). One that is there stays
/// as it is.
Status make_private_folder(const std::filesystem::path& folder);

/// Writes a new file for our eyes only (0600): it is there whole and on the disk, or not at all. A file that
/// is there already is a Conflict and is left alone.
Status write_private_file(const std::filesystem::path& path, std::string_view content);

/// Gives a finished draft, in the same folder, its name for good. What bears the name already is a Conflict
/// and is left alone, the draft too.
Status publish_file(const std::filesystem::path& draft, const std::filesystem::path& path);

/// Whether others than the owner may read or write the file.
bool open_to_others(const std::filesystem::path& path);

}  // namespace geminate::storage
