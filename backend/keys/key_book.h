#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backend/keys/key_selector.h"
#include "backend/keys/key_store.h"
#include "backend/keys/pool_snapshot.h"

namespace geminate::keys {

/// Joins each row with the counters, limits and cooldowns that belong to it and makes snapshots of them.
/// Belongs to whoever holds the pool's management lock; workers only ever see the snapshots.
class KeyBook {
 public:
  /// These rows and no others; keys that stay keep what was counted and found out about them.
  void replace_all(std::vector<UpstreamKey> rows);
  void put(UpstreamKey row);
  void remove(std::int64_t id) { records_.erase(id); }

  [[nodiscard]] std::shared_ptr<const PoolSnapshot> snapshot();
  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<const PoolEntry> find(std::int64_t id) const;

  [[nodiscard]] std::vector<KeyFinding> take_findings();

 private:
  struct Record {
    std::shared_ptr<const PoolEntry> entry;
    /// The cooldowns of a key that shares no project; kept while it does, for when it shares no longer.
    std::shared_ptr<Cooldowns> own;
  };

  std::shared_ptr<Cooldowns> cooldowns_for(const UpstreamKey& row, const Record& record);

  std::map<std::int64_t, Record> records_;
  std::map<std::string, std::weak_ptr<Cooldowns>> projects_;
  TurnCursors cursors_;
};

}  // namespace geminate::keys
