#pragma once

#include "backend/keys/pool_snapshot.h"
#include "backend/keys/published.h"

namespace geminate::keys {

/// What a lease tells the pool when it ends: somebody may wait for what it gives back. Any thread.
class LeaseCounter {
 public:
  explicit LeaseCounter(const Published<PoolSnapshot>& published) : published_(published) {}

  void ended(const PoolEntry& entry, ModelLedger& ledger) {
    if (entry.runtime->has_waiters.load(std::memory_order_relaxed) &&
        entry.runtime->has_waiters.exchange(false))
      wake_slot(entry.slot);
    if (ledger.has_waiters.load(std::memory_order_relaxed) && ledger.has_waiters.exchange(false))
      wake_project(*entry.project);
  }
  void wake_slot(std::uint32_t slot) { published_.read()->lanes->wake(slot); }
  void wake_project(const Project& project) {
    Lanes& lanes = *published_.read()->lanes;
    project.for_each_slot([&lanes](std::uint32_t slot) { lanes.wake(slot); });
  }

 private:
  const Published<PoolSnapshot>& published_;
};

}  // namespace geminate::keys
