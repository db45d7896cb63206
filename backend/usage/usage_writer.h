#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "backend/usage/usage_store.h"

namespace geminate::usage {

/// How long and how much is kept.
struct Retention {
  std::chrono::days requests{30};
  std::uint64_t most_bytes = 2ULL * 1024 * 1024 * 1024;
  /// Roll-ups of hours and days; those of minutes go with the requests.
  std::chrono::days rollups{400};
};

/// Turns records into blocks and roll-ups. Roll-ups are gathered in memory and saved every five minutes,
/// as hours and days are written anew each time; after a crash they are made again from the blocks. One
/// thread, but for `live` and `generation`.
class UsageWriter {
 public:
  /// The store outlives it.
  UsageWriter(UsageStore& store, Retention retention) : store_(store), retention_(retention) {}

  /// Finds out how far the store has come, and rolls up what an earlier run left. Before anything else.
  Status open();

  /// Saves records, in the order of their ends; durable as far as the store keeps anything. On an error none
  /// of them is saved, and they may be given again.
  Status take(std::span<const RequestRecord> records);

  /// Whether roll-ups have waited long enough to be saved.
  [[nodiscard]] bool rollups_are_due(Timestamp now) const;
  [[nodiscard]] bool has_live() const;
  /// Saves every roll-up that is in memory, that of the running minute too: more of it is added later.
  Status save_rollups();

  /// Removes a little of what is too old or too much; true: there is more.
  Result<bool> trim(Timestamp now);

  // ---- any thread
  /// For what is trimmed from now on.
  void set_retention(const Retention& retention);
  struct Live {
    std::uint64_t generation = 0;
    /// Per minute, as a store keeps them.
    std::vector<std::pair<std::int64_t, std::string>> minutes;
  };
  /// What is not in the store yet.
  [[nodiscard]] Live live(Cut cut) const;
  /// Goes up whenever roll-ups move from memory into the store: who reads both looks whether it stayed the
  /// same.
  [[nodiscard]] std::uint64_t generation() const;

 private:
  using Minute = std::array<Rollup, std::size(kCuts)>;

  void roll(const RequestRecord& record);
  Status recover(const Progress& progress);
  void fill_blocks(std::span<const RequestRecord> records, UsageBatch& batch);
  void put_open_block(UsageBatch& batch);
  [[nodiscard]] std::size_t live_cells() const;
  Status add_stored(std::string_view stored, Rollup& sum) const;
  Result<UsageBatch> rollup_batch() const;

  UsageStore& store_;
  /// The newest block, as long as few records are in it: it is written again with more.
  BlockBuilder open_;
  std::int64_t open_id_ = 0;
  std::int64_t next_id_ = 1;
  UsageBatch::Rolled saved_to_;

  mutable std::mutex mutex_;
  Retention retention_;
  std::map<std::int64_t, Minute> live_;
  std::uint64_t generation_ = 0;
};

}  // namespace geminate::usage
