#include "backend/audit/memory_audit_log.h"

#include "backend/audit/verifier.h"
#include "backend/crypto/keyed_hash.h"

namespace geminate::audit {

bool matches(const Filter& filter, const Record& record) {
  if (filter.who && *filter.who != record.name) return false;
  if (filter.action && !record.action.starts_with(*filter.action)) return false;
  if (filter.target && *filter.target != record.target_kind &&
      *filter.target != record.target_kind + '/' + record.target_id) {
    return false;
  }
  return !(filter.from && record.at < *filter.from) && !(filter.to && record.at >= *filter.to);
}

MemoryAuditLog::MemoryAuditLog(std::size_t most_rows) : most_rows_(most_rows), key_(crypto::random_key()) {}

void MemoryAuditLog::drop_oldest() {
  drop_first(anchor_, rows_.front());
  rows_.pop_front();
}

Status MemoryAuditLog::append(const Change& change) {
  const std::lock_guard lock(mutex_);
  rows_.push_back(next_record(key_, anchor_, change, now().wall));
  while (rows_.size() > most_rows_) drop_oldest();
  return Status::success();
}

Result<std::int64_t> MemoryAuditLog::drop_before(Timestamp time, std::int64_t most) {
  const std::lock_guard lock(mutex_);
  std::int64_t dropped = 0;
  for (; dropped < most && !rows_.empty() && rows_.front().at < time; ++dropped) drop_oldest();
  return dropped;
}

Status MemoryAuditLog::visit_newest(const Filter& filter, std::int64_t before, std::int64_t limit,
                                    const Visit& visit) {
  const std::lock_guard lock(mutex_);
  for (auto row = rows_.rbegin(); row != rows_.rend() && limit > 0; ++row) {
    if (row->id >= before || !matches(filter, *row)) continue;
    GEMINATE_CHECK_OK(visit(*row));
    --limit;
  }
  return Status::success();
}

Status MemoryAuditLog::visit_oldest(const Filter& filter, std::int64_t after, std::int64_t limit,
                                    const Visit& visit) {
  const std::lock_guard lock(mutex_);
  for (auto row = rows_.begin(); row != rows_.end() && limit > 0; ++row) {
    if (row->id <= after || !matches(filter, *row)) continue;
    GEMINATE_CHECK_OK(visit(*row));
    --limit;
  }
  return Status::success();
}

Result<AuditVerification> MemoryAuditLog::verify() {
  const std::lock_guard lock(mutex_);
  Verifier verifier(key_, anchor_);
  for (const Record& row : rows_) verifier.take(row);
  return verifier.finish();
}

}  // namespace geminate::audit
