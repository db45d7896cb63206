#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backend/keys/upstream_key.h"
#include "shared/core/result.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

inline constexpr std::size_t kMaxImport = 100'000;

/// An import, taken apart. Positions count its keys from 1 on.
struct ImportPlan {
  /// What to add, each once, in the import's order.
  std::vector<UpstreamKey> rows;
  std::vector<std::int64_t> duplicates;
  std::vector<RejectedKey> rejected;
};

/// Takes an import apart: in a text, lines, commas (ASCII and full-width) and blanks separate the keys.
/// `is_known` says whether the pool has a key already. BadRequest when there are more than kMaxImport keys,
/// none at all, or both a text and single keys. Pure.
Result<ImportPlan> plan_import(const KeyImport& request, const std::function<bool(const Secret&)>& is_known);

}  // namespace geminate::keys
