#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>

#include "backend/audit/audit_log.h"
#include "backend/usage/usage_store.h"

namespace geminate::usage {

/// How much a store in memory keeps at most; the oldest goes first.
struct MemoryLimits {
  std::size_t records = 100'000;
  std::size_t rollup_bytes = std::size_t{64} * 1024 * 1024;
};

/// Usage for this run only: nothing of it is written anywhere. Any thread.
class MemoryUsageStore final : public UsageStore {
 public:
  /// Prices that are set leave their rows in `audit`, which outlives it; null: nowhere.
  explicit MemoryUsageStore(MemoryLimits limits = {}, audit::AuditLog* audit = nullptr)
      : limits_(limits), audit_(audit) {}

  Result<Progress> progress() override;
  Status save(const UsageBatch& batch) override;
  Result<std::string> rollup(const RollupName& name) override;
  Result<bool> trim(const TrimOrder& order) override;
  Result<std::vector<FoundBlock>> find_blocks(const SummaryQuery& query, std::size_t limit) override;
  Result<std::string> block(std::int64_t id) override;
  Status rollups(UsageStep step, Cut cut, std::int64_t from, std::int64_t to,
                 const std::function<Status(std::int64_t, std::string_view)>& visit) override;
  Result<std::vector<ModelPrice>> prices() override;
  Status set_prices(const std::vector<ModelPrice>& prices, const Change& change) override;

 private:
  // With the lock held.
  void put_block(const StoredBlock& block);
  void put_rollup(const StoredRollup& rollup);
  void drop_oldest_block();
  void keep_to_limits();

  const MemoryLimits limits_;
  audit::AuditLog* audit_;
  std::mutex mutex_;
  std::deque<StoredBlock> blocks_;
  std::int64_t records_ = 0;
  std::size_t block_bytes_ = 0;
  std::map<RollupName, std::string> rollups_;
  std::size_t rollup_bytes_ = 0;
  Progress progress_;
  std::vector<ModelPrice> prices_;
};

}  // namespace geminate::usage
