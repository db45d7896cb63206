#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "backend/usage/prices.h"
#include "backend/usage/record_block.h"
#include "backend/usage/rollup.h"
#include "shared/core/change.h"
#include "shared/core/result.h"

namespace geminate::usage {

struct StoredBlock {
  BlockSummary summary;
  std::string bytes;
};

/// Which time and which cut. `start`: milliseconds since 1970, at a beginning of its step.
struct RollupName {
  UsageStep step = UsageStep::Minute;
  Cut cut = Cut::Kind;
  std::int64_t start = 0;
  auto operator<=>(const RollupName&) const = default;
};

struct StoredRollup {
  RollupName name;
  std::string bytes;
};

/// How far a store has come. Blocks are numbered upwards without end.
struct Progress {
  std::int64_t last_block = 0;
  // Every record up to this one (the so-many-th of its block, 1 is the first) is in the roll-ups.
  std::int64_t rolled_block = 0;
  std::int64_t rolled_records = 0;
};

/// What is saved together or not at all.
struct UsageBatch {
  /// One whose number is there already takes its place.
  std::vector<StoredBlock> blocks;
  std::vector<StoredRollup> rollups;
  struct Rolled {
    std::int64_t block = 0;
    std::int64_t records = 0;
  };
  std::optional<Rolled> rolled;
};

/// What to look for among the summaries. A block passes when it may hold something that fits.
struct SummaryQuery {
  /// Of this number or below.
  std::int64_t at_most = std::numeric_limits<std::int64_t>::max();
  std::int64_t begun_from = std::numeric_limits<std::int64_t>::min();
  std::int64_t begun_to = std::numeric_limits<std::int64_t>::max();
  std::int64_t ended_from = std::numeric_limits<std::int64_t>::min();
  /// The first millisecond that is too late.
  std::int64_t ended_before = std::numeric_limits<std::int64_t>::max();
  std::int64_t least_duration = 0;
  std::int64_t most_duration = std::numeric_limits<std::int64_t>::max();
  /// All of these bits, of which there are at most two; 0: no matter.
  std::int64_t statuses = 0;
  std::int64_t dialects = 0;
  // filter_hash of what its filters may not rule out.
  std::optional<std::uint64_t> token;
  std::optional<std::uint64_t> key;
  std::optional<std::uint64_t> model;
};
bool may_hold(const BlockSummary& summary, const SummaryQuery& query);

/// A block that may hold something, and how many records it has.
struct FoundBlock {
  std::int64_t id = 0;
  std::int64_t records = 0;
};

/// What is too old or too much. Times: milliseconds since 1970.
struct TrimOrder {
  std::int64_t requests_before = 0;
  std::int64_t minutes_before = 0;
  /// Hours and days.
  std::int64_t rollups_before = 0;
  std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max();
};

/// Where usage is kept: SqlUsageStore, or MemoryUsageStore, which forgets at a restart. Two threads at a
/// time: one that writes and one that reads; which functions are whose, the groups say. Errors as in
/// storage::SqlConnection.
class UsageStore {
 public:
  virtual ~UsageStore() = default;

  // ---- the writer's thread (or the only one, at the start)
  virtual Result<Progress> progress() = 0;
  virtual Status save(const UsageBatch& batch) = 0;
  /// Empty where there is none.
  virtual Result<std::string> rollup(const RollupName& name) = 0;
  /// Removes some of what is to go, the oldest first; true: there is more. One short transaction.
  virtual Result<bool> trim(const TrimOrder& order) = 0;

  // ---- the reader's thread
  /// The newest blocks that may hold something, newest first, `limit` at most.
  virtual Result<std::vector<FoundBlock>> find_blocks(const SummaryQuery& query, std::size_t limit) = 0;
  /// Empty when it has been removed.
  virtual Result<std::string> block(std::int64_t id) = 0;
  /// Every roll-up of a step and cut that begins in [from, to), in order.
  virtual Status rollups(UsageStep step, Cut cut, std::int64_t from, std::int64_t to,
                         const std::function<Status(std::int64_t start, std::string_view bytes)>& visit) = 0;
  /// What an administrator has set.
  virtual Result<std::vector<ModelPrice>> prices() = 0;
  /// Durable when it returns success, as far as the store keeps anything.
  virtual Status set_prices(const std::vector<ModelPrice>& prices, const Change& change) = 0;
};

}  // namespace geminate::usage
