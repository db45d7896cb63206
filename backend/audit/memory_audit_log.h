#pragma once

#include <deque>
#include <mutex>

#include "backend/audit/audit_log.h"

namespace geminate::audit {

/// The log of memory mode: the last rows of this run, under a key of this run, and nothing on any disk. Any
/// thread.
class MemoryAuditLog final : public AuditLog {
 public:
  static constexpr std::size_t kMostRows = 10'000;

  explicit MemoryAuditLog(std::size_t most_rows = kMostRows);

  Status append(const Change& change) override;
  Result<std::int64_t> drop_before(Timestamp time, std::int64_t most) override;
  Status visit_newest(const Filter& filter, std::int64_t before, std::int64_t limit,
                      const Visit& visit) override;
  Status visit_oldest(const Filter& filter, std::int64_t after, std::int64_t limit,
                      const Visit& visit) override;
  Result<AuditVerification> verify() override;

 private:
  void drop_oldest();

  const std::size_t most_rows_;
  const Secret key_;
  std::mutex mutex_;
  Anchor anchor_;
  std::deque<Record> rows_;
};

}  // namespace geminate::audit
