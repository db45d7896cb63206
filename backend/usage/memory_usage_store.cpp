#include "backend/usage/memory_usage_store.h"

#include <algorithm>

#include "backend/usage/id_filter.h"

namespace geminate::usage {
namespace {

/// So many of a kind go in one trim.
constexpr int kTrimmedAtOnce = 64;

}  // namespace

Result<Progress> MemoryUsageStore::progress() {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void MemoryUsageStore::drop_oldest_block() {
  records_ -= blocks_.front().summary.records;
  block_bytes_ -= blocks_.front().bytes.size();
  blocks_.pop_front();
}

void MemoryUsageStore::put_block(const StoredBlock& block) {
  records_ += block.summary.records;
  block_bytes_ += block.bytes.size();
  progress_.last_block = std::max(progress_.last_block, block.summary.id);
  for (auto known = blocks_.rbegin(); known != blocks_.rend(); ++known) {
    if (known->summary.id != block.summary.id) continue;
    records_ -= known->summary.records;
    block_bytes_ -= known->bytes.size();
    *known = block;
    return;
  }
  blocks_.push_back(block);
}

void MemoryUsageStore::put_rollup(const StoredRollup& rollup) {
  std::string& bytes = rollups_[rollup.name];
  rollup_bytes_ += rollup.bytes.size();
  rollup_bytes_ -= bytes.size();
  bytes = rollup.bytes;
}

void MemoryUsageStore::keep_to_limits() {
  while (blocks_.size() > 1 && records_ > static_cast<std::int64_t>(limits_.records)) drop_oldest_block();
  // Minutes stand before hours and days: they go first, each cut's oldest before its newer ones.
  while (!rollups_.empty() && rollup_bytes_ > limits_.rollup_bytes) {
    rollup_bytes_ -= rollups_.begin()->second.size();
    rollups_.erase(rollups_.begin());
  }
}

Status MemoryUsageStore::save(const UsageBatch& batch) {
  const std::lock_guard lock(mutex_);
  for (const StoredBlock& block : batch.blocks) put_block(block);
  for (const StoredRollup& rollup : batch.rollups) put_rollup(rollup);
  if (batch.rolled) {
    progress_.rolled_block = batch.rolled->block;
    progress_.rolled_records = batch.rolled->records;
  }
  keep_to_limits();
  return Status::success();
}

Result<std::string> MemoryUsageStore::rollup(const RollupName& name) {
  const std::lock_guard lock(mutex_);
  const auto found = rollups_.find(name);
  return found == rollups_.end() ? std::string{} : found->second;
}

Result<bool> MemoryUsageStore::trim(const TrimOrder& order) {
  const std::lock_guard lock(mutex_);
  const auto is_over = [&] {
    return !blocks_.empty() && (blocks_.front().summary.last_ended < order.requests_before ||
                                block_bytes_ + rollup_bytes_ > order.most_bytes);
  };
  for (int i = 0; i < kTrimmedAtOnce && is_over(); ++i) drop_oldest_block();
  std::erase_if(rollups_, [&](const auto& entry) {
    const auto& [name, bytes] = entry;
    const bool goes =
        name.start < (name.step == UsageStep::Minute ? order.minutes_before : order.rollups_before);
    if (goes) rollup_bytes_ -= bytes.size();
    return goes;
  });
  return is_over();
}

Result<std::vector<FoundBlock>> MemoryUsageStore::find_blocks(const SummaryQuery& query, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<FoundBlock> found;
  for (auto block = blocks_.rbegin(); block != blocks_.rend() && found.size() < limit; ++block) {
    if (may_hold(block->summary, query)) found.push_back({block->summary.id, block->summary.records});
  }
  return found;
}

Result<std::string> MemoryUsageStore::block(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::lower_bound(
      blocks_.begin(), blocks_.end(), id,
      [](const StoredBlock& block, std::int64_t wanted) { return block.summary.id < wanted; });
  return found == blocks_.end() || found->summary.id != id ? std::string{} : found->bytes;
}

Status MemoryUsageStore::rollups(UsageStep step, Cut cut, std::int64_t from, std::int64_t to,
                                 const std::function<Status(std::int64_t, std::string_view)>& visit) {
  // Copied out: the visitor may take its time, and must not hold up the writer.
  std::vector<StoredRollup> found;
  {
    const std::lock_guard lock(mutex_);
    for (auto entry = rollups_.lower_bound({step, cut, from}); entry != rollups_.end(); ++entry) {
      if (entry->first >= RollupName{step, cut, to}) break;
      found.push_back({entry->first, entry->second});
    }
  }
  for (const StoredRollup& rollup : found) GEMINATE_CHECK_OK(visit(rollup.name.start, rollup.bytes));
  return Status::success();
}

Result<std::vector<ModelPrice>> MemoryUsageStore::prices() {
  const std::lock_guard lock(mutex_);
  return prices_;
}

Status MemoryUsageStore::set_prices(const std::vector<ModelPrice>& prices, const Change& change) {
  if (audit_ != nullptr) GEMINATE_CHECK_OK(audit_->append(change));
  const std::lock_guard lock(mutex_);
  prices_ = prices;
  return Status::success();
}

bool may_hold(const BlockSummary& summary, const SummaryQuery& query) {
  const auto has_all = [](std::int64_t bits, std::int64_t wanted) { return (bits & wanted) == wanted; };
  return summary.id <= query.at_most && summary.last_begun >= query.begun_from &&
         summary.first_begun <= query.begun_to && summary.last_ended >= query.ended_from &&
         summary.first_ended < query.ended_before && summary.most_duration >= query.least_duration &&
         summary.least_duration <= query.most_duration && has_all(summary.statuses, query.statuses) &&
         has_all(summary.dialects, query.dialects) &&
         (!query.token || may_hold(summary.tokens, *query.token)) &&
         (!query.key || may_hold(summary.keys, *query.key)) &&
         (!query.model || may_hold(summary.models, *query.model));
}

}  // namespace geminate::usage
