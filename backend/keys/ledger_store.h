#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

/// What is kept of one project and model over a restart.
struct LedgerRow {
  /// The project's name, or empty and the id of the key whose own it is.
  std::string project;
  std::int64_t key_id = 0;
  std::string model;
  /// The Pacific day that the day's amounts are of.
  std::int32_t day = 0;
  std::int64_t requests_today = 0;
  std::int64_t tokens_today = 0;
  std::int64_t requests_this_minute = 0;
  std::int64_t tokens_this_minute = 0;
  Timestamp saved_at{};
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> requests_per_day;
  std::optional<std::int64_t> tokens_per_day;
  /// The Pacific days on which Google said the minute's.
  std::optional<std::int32_t> requests_per_minute_since;
  std::optional<std::int32_t> tokens_per_minute_since;
  /// Which of the four an admin has set: 1, 2, 4, 8 in their order.
  std::int64_t set_by_admin = 0;
  std::vector<CooldownView> cooldowns;
};

/// Where ledgers and cooldowns outlive a restart: storage::SqlLedgerStore in database mode, nothing in memory
/// mode. Calls block; one thread at a time (the management thread).
class LedgerStore {
 public:
  virtual ~LedgerStore() = default;
  virtual Result<std::vector<LedgerRow>> load() = 0;
  /// Puts each in the place of the one before it, in one transaction. When it returns, the end of this
  /// process loses nothing of it.
  virtual Status save(const std::vector<LedgerRow>& rows) = 0;
  /// The same for what an admin has set: when it returns, a power cut loses nothing of it either.
  virtual Status save_edit(const LedgerRow& row, const Change& change) = 0;
  /// Drops what was saved last before that time: projects and keys that are gone.
  virtual Status drop_before(Timestamp time) = 0;
};

}  // namespace geminate::keys
