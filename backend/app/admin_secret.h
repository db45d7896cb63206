#pragma once

#include <filesystem>
#include <optional>

#include "shared/core/result.h"
#include "shared/core/secret.h"

namespace geminate::app {

struct AdminSecret {
  Secret secret;
  /// The file it stands in; nothing when the setting gave it.
  std::optional<std::filesystem::path> file;
};

/// ADMIN_API_KEY where it is set; else the one in `<data folder>/admin.key`, which the first start writes
/// (0600). Unavailable, with advice, when the file cannot be written or holds less than a secret.
Result<AdminSecret> admin_secret(const Secret& setting, const std::filesystem::path& data_dir);

}  // namespace geminate::app
