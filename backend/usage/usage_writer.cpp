#include "backend/usage/usage_writer.h"

#include <algorithm>

#include "backend/usage/usage_time.h"

namespace geminate::usage {
namespace {

/// A block below this size is written again when more records come. More would mean writing more twice; less,
/// where requests are few, many small blocks.
constexpr std::size_t kOpenRecords = 256;
/// Roll-ups beyond so many cells are saved before their time.
constexpr std::size_t kMostLiveCells = 50'000;
/// Milliseconds.
constexpr std::int64_t kSaveRollupsAfter = 5 * 60'000;

std::int64_t ms_of(Timestamp time) { return time.time_since_epoch().count(); }

/// In the order of their ends: workers hand over theirs side by side.
std::vector<const RequestRecord*> in_order(std::span<const RequestRecord> records) {
  std::vector<const RequestRecord*> order;
  order.reserve(records.size());
  for (const RequestRecord& record : records) order.push_back(&record);
  const auto earlier = [](const RequestRecord* a, const RequestRecord* b) { return a->ended < b->ended; };
  if (!std::is_sorted(order.begin(), order.end(), earlier))
    std::stable_sort(order.begin(), order.end(), earlier);
  return order;
}

}  // namespace

Status UsageWriter::open() {
  GEMINATE_TRY(const Progress progress, store_.progress());
  next_id_ = std::max(progress.last_block, progress.rolled_block) + 1;
  saved_to_ = {progress.rolled_block, progress.rolled_records};
  GEMINATE_CHECK_OK(recover(progress));
  return has_live() ? save_rollups() : Status::success();
}

Status UsageWriter::recover(const Progress& progress) {
  for (std::int64_t id = std::max<std::int64_t>(progress.rolled_block, 1); id <= progress.last_block; ++id) {
    GEMINATE_TRY(const std::string bytes, store_.block(id));
    if (bytes.empty()) continue;
    GEMINATE_TRY(const BlockReader block, BlockReader::open(bytes));
    const std::size_t rolled =
        id == progress.rolled_block ? static_cast<std::size_t>(progress.rolled_records) : std::size_t{0};
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t i = rolled; i < block.size(); ++i) {
        PackedRecord packed = block.packed(i);
        // Attempts don't go into roll-ups.
        packed.attempts_kept = 0;
        roll(block.record(packed, 0));
      }
    }
    saved_to_ = {id, static_cast<std::int64_t>(block.size())};
  }
  return Status::success();
}

void UsageWriter::roll(const RequestRecord& record) {
  Minute& minute = live_[begin_of_step(UsageStep::Minute, ms_of(record.ended))];
  for (const Cut cut : kCuts) minute[static_cast<std::size_t>(cut)].add(id_in(cut, record), record);
}

void UsageWriter::put_open_block(UsageBatch& batch) {
  if (open_.size() == 0) return;
  batch.blocks.push_back({open_.summary(open_id_), open_.bytes()});
}

void UsageWriter::fill_blocks(std::span<const RequestRecord> records, UsageBatch& batch) {
  if (open_.size() + records.size() > kOpenRecords) open_.clear();
  for (const RequestRecord* record : in_order(records)) {
    if (open_.size() > 0 && open_.add(*record)) continue;
    put_open_block(batch);
    open_.clear();
    open_id_ = next_id_++;
    (void)open_.add(*record);
  }
  put_open_block(batch);
}

Status UsageWriter::take(std::span<const RequestRecord> records) {
  if (records.empty()) return Status::success();
  UsageBatch batch;
  fill_blocks(records, batch);
  if (auto saved = store_.save(batch); !saved.ok()) {
    // What is in the store of the open block stays there; its new records come again in another one.
    open_.clear();
    return saved;
  }
  saved_to_ = {open_id_, static_cast<std::int64_t>(open_.size())};
  const std::lock_guard lock(mutex_);
  for (const RequestRecord& record : records) roll(record);
  return Status::success();
}

std::size_t UsageWriter::live_cells() const {
  std::size_t cells = 0;
  for (const auto& [start, minute] : live_) {
    for (const Rollup& rollup : minute) cells += rollup.size();
  }
  return cells;
}

bool UsageWriter::has_live() const {
  const std::lock_guard lock(mutex_);
  return !live_.empty();
}

bool UsageWriter::rollups_are_due(Timestamp now) const {
  const std::lock_guard lock(mutex_);
  if (live_.empty()) return false;
  const std::int64_t age = ms_of(now) - live_.begin()->first;
  return live_cells() > kMostLiveCells || age >= kSaveRollupsAfter || age < 0;
}

Status UsageWriter::add_stored(std::string_view stored, Rollup& sum) const {
  Rollup former;
  auto read = former.merge_encoded(stored);
  if (read.ok()) {
    sum.merge(former);
    return read;
  }
  // A damaged sum is said as long as what waits for it has room; then it is given up. The records are still
  // there.
  return live_cells() > kMostLiveCells ? Status::success() : std::move(read);
}

Result<UsageBatch> UsageWriter::rollup_batch() const {
  std::map<RollupName, Rollup> sums;
  for (const auto& [start, minute] : live_) {
    for (const UsageStep step : {UsageStep::Minute, UsageStep::Hour, UsageStep::Day}) {
      for (const Cut cut : kCuts) {
        sums[{step, cut, begin_of_step(step, start)}].merge(minute[static_cast<std::size_t>(cut)]);
      }
    }
  }
  UsageBatch batch;
  for (auto& [name, sum] : sums) {
    GEMINATE_TRY(const std::string stored, store_.rollup(name));
    if (!stored.empty()) GEMINATE_CHECK_OK(add_stored(stored, sum));
    batch.rollups.push_back({name, sum.encode()});
  }
  batch.rolled = saved_to_;
  return batch;
}

Status UsageWriter::save_rollups() {
  // Readers wait these few milliseconds rather than see something twice or not at all.
  const std::lock_guard lock(mutex_);
  GEMINATE_TRY(const UsageBatch batch, rollup_batch());
  GEMINATE_CHECK_OK(store_.save(batch));
  live_.clear();
  ++generation_;
  return Status::success();
}

Result<bool> UsageWriter::trim(Timestamp now) {
  Retention kept;
  {
    const std::lock_guard lock(mutex_);
    kept = retention_;
  }
  TrimOrder order;
  order.requests_before = ms_of(now - kept.requests);
  order.minutes_before = order.requests_before;
  order.rollups_before = ms_of(now - std::max(kept.rollups, kept.requests));
  order.most_bytes = kept.most_bytes;
  return store_.trim(order);
}

void UsageWriter::set_retention(const Retention& retention) {
  const std::lock_guard lock(mutex_);
  retention_ = retention;
}

UsageWriter::Live UsageWriter::live(Cut cut) const {
  const std::lock_guard lock(mutex_);
  Live live;
  live.generation = generation_;
  for (const auto& [start, minute] : live_) {
    live.minutes.emplace_back(start, minute[static_cast<std::size_t>(cut)].encode());
  }
  return live;
}

std::uint64_t UsageWriter::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

}  // namespace geminate::usage
