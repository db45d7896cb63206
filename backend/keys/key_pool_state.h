#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "backend/keys/key_book.h"
#include "backend/keys/key_choice.h"
#include "backend/keys/key_pool.h"
#include "backend/keys/key_refusal.h"
#include "backend/keys/lease_counter.h"
#include "backend/keys/ledger_store.h"
#include "backend/keys/published.h"

namespace geminate::keys {

/// Of a pool that was not loaded yet.
inline std::shared_ptr<const PoolSnapshot> first_snapshot() {
  auto snapshot = std::make_shared<PoolSnapshot>();
  snapshot->lanes = std::make_shared<Lanes>(64, 0);
  return snapshot;
}

/// What KeyPool is made of; its parts (edits, requests, ledgers) each have a file that works on this.
struct KeyPool::Impl {
  Impl(KeyStore& key_store, LedgerStore* ledger_store)
      : store(key_store), ledgers(ledger_store), counter(published, ledger_store != nullptr) {}

  KeyStore& store;
  LedgerStore* ledgers;
  audit::AuditLog* audit = nullptr;
  /// Guards book and store. Workers never take it.
  std::mutex management;
  KeyBook book;
  Published<PoolSnapshot> published{first_snapshot()};
  std::atomic<std::uint64_t> version{0};
  ModelTable models;
  AffinityTable affinities;
  /// Projects with rests that upstream gave no reason for.
  std::mutex unexplained_lock;
  std::vector<Ref<Project>> unexplained;
  RefusalBook refusals;
  LeaseCounter counter;
  /// Wall clock minus monotonic clock, in seconds: it jumps when a clock is set.
  std::atomic<std::int64_t> clock_offset{0};

  KeyEventListener* listener = nullptr;

  void changed() { version.fetch_add(1, std::memory_order_relaxed); }

  void tell(std::int64_t id, std::string_view model, const Verdict& verdict, const Evidence& evidence,
            const Now& now);

  void publish() {
    published.publish(book.snapshot());
    book.wake_edited();
    changed();
  }

  /// What waits for a time of day was scheduled by the monotonic clock.
  void notice_set_clock(const Now& now, const PoolSnapshot& snapshot);

  /// The key as the API shows it.
  [[nodiscard]] UpstreamKeyView view_of(const PoolEntry& entry, const Now& now) const {
    return keys::view_of(entry, store.fingerprint_of(entry.row().text), models, now);
  }

  void wake(const PoolEntry& entry) { counter.wake_slot(entry.slot()); }
  void wake_project(const PoolEntry& entry) { counter.wake_project(entry.project()); }

  void forgive(Project& project);
  bool spent(const PoolEntry& entry, std::string_view model, const Verdict& verdict, const Now& now);
  bool served(const PoolEntry& entry, ModelLedger* ledger, std::string_view model, const Now& now);

  void put_all(std::vector<UpstreamKey> rows) {
    for (UpstreamKey& row : rows) book.put(std::move(row));
    publish();
  }

  /// With the lock held. How many keys the next request may try again.
  Result<BulkResult> put_on_trial(const std::vector<std::int64_t>& ids);

  // Ledgers, with the lock held.
  Status restore_ledgers(const Now& now);
  /// An admin's limits and their row of the audit log.
  Status save_edit(const LedgerRow& row, const Change& change);
  void restore(const LedgerRow& row, const Now& now);
  [[nodiscard]] LedgerRow row_of(const ModelLedger& ledger, const Now& now) const;
  [[nodiscard]] QuotaView view_of_ledger(const ModelLedger& ledger, const Now& now);
};

}  // namespace geminate::keys
