#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/keys/upstream_key.h"
#include "shared/core/result.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

inline constexpr std::size_t kMaxImport = 100'000;

/// A pasted text, taken apart.
struct ImportPlan {
  /// What to add, each once, in the text's order.
  std::vector<UpstreamKey> rows;
  std::int64_t duplicates = 0;
  std::vector<RejectedKey> rejected;
};

/// Takes a text of keys apart: lines, commas (ASCII and full-width) and blanks separate them. `is_known` says
/// whether the pool has a key already. BadRequest when the text holds more than kMaxImport pieces or none at
/// all.
Result<ImportPlan> plan_import(std::string_view text, const std::function<bool(const Secret&)>& is_known);

}  // namespace geminate::keys
