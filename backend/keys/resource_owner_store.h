#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shared/core/result.h"
#include "shared/core/time.h"

namespace geminate::keys {

/// Whose a file, cached content or the like is, as it is kept.
struct ResourceOwnerRow {
  /// "files/abc"
  std::string name;
  std::int64_t key_id = 0;
  /// The key's when the thing was made; empty: it named none.
  std::string project;
  Timestamp expires_at{};
};

/// Where owners outlive a restart. One thread at a time; blocks.
class ResourceOwnerStore {
 public:
  virtual ~ResourceOwnerStore() = default;

  /// Those that expire after `at`, the first to expire first.
  virtual Result<std::vector<ResourceOwnerRow>> load(Timestamp at) = 0;
  /// Saves these rows, removes those names and what has expired at `at`: all of it or nothing.
  virtual Status save(std::span<const ResourceOwnerRow> rows, std::span<const std::string> forgotten,
                      Timestamp at) = 0;
};

}  // namespace geminate::keys
