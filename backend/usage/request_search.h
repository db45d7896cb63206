#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/usage/usage_store.h"

namespace geminate::usage {

/// What a request has to be like; what is not set does not matter.
struct RequestFilter {
  std::optional<std::int64_t> token_id;
  /// It was tried, first or last.
  std::optional<std::int64_t> key_id;
  std::optional<std::string> model;
  std::optional<std::uint16_t> status;
  std::optional<StatusGroup> status_group;
  std::optional<RequestDialect> dialect;
  std::optional<std::uint32_t> least_duration_ms;
  std::optional<std::uint32_t> most_duration_ms;
  std::optional<Timestamp> ended_from;
  /// The first millisecond that is too late.
  std::optional<Timestamp> ended_before;
  std::optional<IdRange> ids;
};

/// Where a page ended: everything older is still to come. Stays right while records are appended, and means
/// the same after others were removed.
struct SearchPosition {
  std::int64_t block = 0;
  /// Records of the block before this one.
  std::int64_t index = 0;
};
/// "block.index"
std::string format_position(const SearchPosition& position);
std::optional<SearchPosition> parse_position(std::string_view text);

struct SearchPage {
  std::vector<RequestRecord> records;
  /// Nothing: there is no more.
  std::optional<SearchPosition> next;
};

/// So many records are looked at for one page, which keeps its time short whatever is looked for.
inline constexpr std::int64_t kRecordsPerPage = 1'000'000;

/// Newest first. Blocks; the store's reading thread. `looked_at`: for tests, another bound.
Result<SearchPage> search_requests(UsageStore& store, const RequestFilter& filter,
                                   std::optional<SearchPosition> before, std::size_t limit,
                                   std::int64_t looked_at = kRecordsPerPage);

/// The request of that id; nothing when it is not (or no longer, or not yet) there.
Result<std::optional<RequestRecord>> find_request(UsageStore& store, const RequestId& id);

}  // namespace geminate::usage
