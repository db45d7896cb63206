#include "backend/keys/bulk_edit.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/keys/setting_rules.h"

namespace geminate::keys {
namespace {

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// No value lifts the limit.
Result<Patch<std::int64_t>> limit_of(const KeyBulk& request) {
  if (!request.value) return Patch<std::int64_t>::cleared();
  std::int64_t limit = 0;
  const char* end = request.value->data() + request.value->size();
  const auto [after, fault] = std::from_chars(request.value->data(), end, limit);
  if (fault != std::errc{} || after != end)
    return bad_field("value", "value must be a whole number for a limit");
  return Patch<std::int64_t>::to(limit);
}

}  // namespace

Result<std::optional<KeyPatch>> patch_of(const KeyBulk& request) {
  KeyPatch patch;
  switch (request.action) {
    case BulkAction::Enable:
      patch.is_active = Patch<bool>::to(true);
      break;
    case BulkAction::Disable:
      patch.is_active = Patch<bool>::to(false);
      break;
    case BulkAction::SetProject:
      patch.project = request.value ? Patch<std::string>::to(*request.value) : Patch<std::string>::cleared();
      break;
    case BulkAction::SetTags:
      patch.tags = Patch<std::vector<std::string>>::to(split_at_commas(request.value.value_or("")));
      break;
    case BulkAction::SetTokensPerDay: {
      GEMINATE_TRY(patch.max_tokens_per_day, limit_of(request));
      break;
    }
    case BulkAction::SetRequestsPerMinute: {
      GEMINATE_TRY(patch.rate_limit_per_minute, limit_of(request));
      break;
    }
    case BulkAction::Delete:
    case BulkAction::Check:
      return std::optional<KeyPatch>();
  }
  return std::optional(std::move(patch));
}

}  // namespace geminate::keys
