#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "backend/audit/chain.h"
#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/dto/audit.h"

namespace geminate::audit {

/// Which rows; what is not given does not matter.
struct Filter {
  /// An account's name.
  std::optional<std::string> who;
  /// An action, or how it begins.
  std::optional<std::string> action;
  /// A kind of target, or a kind, a slash and which one.
  std::optional<std::string> target;
  std::optional<Timestamp> from;
  /// The first moment that is too late.
  std::optional<Timestamp> to;
};
bool matches(const Filter& filter, const Record& record);

/// Sees rows one by one; an error ends the visit and is its result.
using Visit = std::function<Status(const Record&)>;

/// The log of what was changed, by whom: MemoryAuditLog, or storage::SqlAuditLog. Two threads at a time: one
/// that writes (the management thread) and one that reads. Rows of changes that a store makes come from that
/// store, in its own transaction; these functions are for the rest. Errors as in storage::SqlConnection.
class AuditLog {
 public:
  virtual ~AuditLog() = default;

  // ---- the writer's thread
  /// A row for what no store changes: when it returns success, the row is durable as far as the log keeps
  /// anything; when it does not, what it tells of must not happen.
  virtual Status append(const Change& change) = 0;
  /// Drops the oldest rows from before that time, `most` of them at most; the chain holds. How many went.
  virtual Result<std::int64_t> drop_before(Timestamp time, std::int64_t most) = 0;

  // ---- the reader's thread
  /// The newest `limit` rows with an id below `before`, the newest first.
  virtual Status visit_newest(const Filter& filter, std::int64_t before, std::int64_t limit,
                              const Visit& visit) = 0;
  /// The oldest `limit` rows with an id above `after`, the oldest first.
  virtual Status visit_oldest(const Filter& filter, std::int64_t after, std::int64_t limit,
                              const Visit& visit) = 0;
  virtual Result<AuditVerification> verify() = 0;
};

}  // namespace geminate::audit
