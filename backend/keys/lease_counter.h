#pragma once

#include "backend/keys/pool_snapshot.h"
#include "backend/keys/published.h"

namespace geminate::keys {

/// What a lease tells the pool when it ends: somebody may wait for what it gives back. Any thread.
class LeaseCounter {
 public:
  /// `keeps_ledgers`: whether those that change are listed, for somebody who takes the list.
  LeaseCounter(const Published<PoolSnapshot>& published, bool keeps_ledgers)
      : published_(published), keeps_ledgers_(keeps_ledgers) {}

  void ended(const PoolEntry& entry, ModelLedger& ledger) {
    changed(ledger);
    std::atomic<bool>& has_waiters = entry.runtime().has_waiters;
    if (has_waiters.load(std::memory_order_relaxed) && has_waiters.exchange(false)) wake_slot(entry.slot());
    if (ledger.has_waiters.load(std::memory_order_relaxed) && ledger.has_waiters.exchange(false))
      wake_project(entry.project());
  }
  /// Something of the ledger is to be saved.
  void changed(ModelLedger& ledger) {
    if (!keeps_ledgers_ || ledger.is_listed.load(std::memory_order_relaxed) ||
        ledger.is_listed.exchange(true))
      return;
    ledger.next_listed = listed_.load(std::memory_order_relaxed);
    while (!listed_.compare_exchange_weak(ledger.next_listed, &ledger, std::memory_order_release)) {
    }
  }
  /// Calls `visit` with each ledger that has changed since the last call. One thread at a time.
  template <class Visit>
  void take_changed(Visit&& visit) {
    ModelLedger* each = listed_.exchange(nullptr, std::memory_order_acquire);
    while (each != nullptr) {
      ModelLedger* next = each->next_listed;
      // First off the list, then read: what changes meanwhile lists it again.
      each->is_listed.store(false);
      visit(*each);
      each = next;
    }
  }
  void wake_slot(std::uint32_t slot) { published_.read()->lanes->wake(slot); }
  void wake_project(const Project& project) {
    Lanes& lanes = *published_.read()->lanes;
    project.for_each_slot([&lanes](std::uint32_t slot) { lanes.wake(slot); });
  }

 private:
  const Published<PoolSnapshot>& published_;
  const bool keeps_ledgers_;
  std::atomic<ModelLedger*> listed_{nullptr};
};

}  // namespace geminate::keys
