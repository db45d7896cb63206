#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/audit/audit_log.h"
#include "backend/keys/key_store.h"
#include "backend/keys/ledger_store.h"
#include "backend/keys/pool_entry.h"
#include "backend/keys/quota_share.h"
#include "backend/keys/upstream_key.h"
#include "backend/keys/verdict.h"
#include "shared/dto/keys.h"
#include "shared/dto/pool.h"
#include "shared/dto/quotas.h"

namespace geminate::keys {

/// What a request wants of the pool.
struct Demand {
  /// Must stay where it is as long as the lease does.
  std::string_view model;
  /// Tokens reserved until the real usage is known.
  std::int64_t estimated_tokens = 0;
  /// Keys this request has tried already.
  std::span<const std::int64_t> tried;
  /// Requests with the same number share a long prefix or a conversation, which upstream caches per project:
  /// they go to the project that had the last one while it has headroom. 0: none.
  std::uint64_t affinity = 0;
  /// The key that owns the resource which the request names: it or a key of its project, nobody else.
  std::optional<std::int64_t> owner{};
  /// The project that the owner named: should it be gone, a key of that project will do. Empty: none.
  std::string_view owner_project{};
};

/// Something that was found out about a key, as it happens.
struct KeyEvent {
  std::int64_t key_id = 0;
  Timestamp at{};
  VerdictKind verdict = VerdictKind::Fine;
  std::string model;
  std::string quota;
  std::string reason;
  /// When what rests now is tried again; none when it isn't a matter of time.
  std::optional<Timestamp> until;
  std::string request_id;
  int http_status = 0;
  std::string excerpt;
};

/// Hears of every change of state. Called on the thread that caused it, workers among them: it must not
/// block.
class KeyEventListener {
 public:
  virtual void on_key_event(const KeyEvent& event) = 0;

 protected:
  ~KeyEventListener() = default;
};

class ModelLedger;
class LeaseCounter;

/// The right to spend one key once. Settle it with the real usage; dropped unsettled, the estimate stays
/// spent. Keeps its row alive, whatever edits happen meanwhile; must not outlive its pool. Move-only; one
/// thread.
class KeyLease {
 public:
  KeyLease() = default;
  KeyLease(KeyLease&& other) noexcept;
  KeyLease& operator=(KeyLease&& other) noexcept;
  ~KeyLease();

  /// Until settled, released or moved from.
  [[nodiscard]] bool held() const { return held_; }
  /// The row that was leased; still there after the lease has ended, not in one that never began.
  [[nodiscard]] const PoolEntry& key() const;

  /// Ends the lease with what the request really cost; 0 for a failed attempt that cost nothing. `input`: how
  /// much of it was the prompt, which is what quotas of the minute count; without it the estimate stands.
  void settle(std::int64_t tokens, const Now& now, std::optional<std::int64_t> input = {});
  /// Ends the lease leaving the estimate spent.
  void release();

 private:
  friend class KeyPool;
  /// `ledger` and `counter` are null for a lease that counts nothing.
  KeyLease(Ref<const PoolEntry> entry, ModelLedger* ledger, LeaseCounter* counter, std::string_view model,
           std::int64_t reserved, const Now& now);
  void end(std::int64_t total, std::int64_t input, std::int32_t day);

  Ref<const PoolEntry> entry_;
  ModelLedger* ledger_ = nullptr;
  LeaseCounter* counter_ = nullptr;
  std::string_view model_;
  std::int64_t reserved_ = 0;
  Now begun_{};
  bool held_ = false;
};

/// The upstream keys in use. Readers (workers) see an immutable snapshot; edits go to the store first, then a
/// new snapshot is published, so that an acknowledged edit holds for the next request. Counters and cooldowns
/// live beside the snapshot and outlive edits.
class KeyPool {
 public:
  /// `ledgers`: where quotas and cooldowns outlive a restart; null: nowhere, and limits that an admin sets
  /// leave their rows in `audit` (null: nowhere). All of them outlive the pool.
  explicit KeyPool(KeyStore& store, LedgerStore* ledgers = nullptr, audit::AuditLog* audit = nullptr);
  ~KeyPool();

  // ---- start and management; they may block on the store: management thread.
  /// Reads the store and publishes what is in it, whole: a request sees the old pool or the new one. Then
  /// goes on with the ledgers that were kept.
  Status load(const Now& now = geminate::now());
  Result<UpstreamKeyView> add(const KeyDraft& draft, const Change& change, const Now& now);
  Result<UpstreamKeyView> update(std::int64_t id, const KeyPatch& patch, const Change& change,
                                 const Now& now);
  Status erase(std::int64_t id, const Change& change);
  Result<KeyImportResult> import(const KeyImport& request, const Change& change);
  /// Check lets the next request try keys that are dead or suspect; it serves, and they are well again.
  Result<BulkResult> bulk(const KeyBulk& request, const Change& change);
  /// Who hears of changes from now on; null: nobody. Before the first request.
  void set_listener(KeyEventListener* listener);
  /// Keys whose bench is over and which nobody has tried since, at most `most` of them.
  [[nodiscard]] std::vector<std::int64_t> due_for_check(std::size_t most, const Now& now) const;
  /// Saves the ledgers that have changed since the last call: what a crash can lose is what has come since.
  Status flush_ledgers(const Now& now);
  /// What every project has spent of every model's quotas, by project and model.
  [[nodiscard]] std::vector<QuotaView> quotas(const Now& now) const;
  /// The same of one key's project, by model; nothing when the key is not in the pool.
  [[nodiscard]] std::optional<std::vector<QuotaView>> quotas_of(std::int64_t key_id, const Now& now) const;
  /// What projects whose keys may serve have left of the Pacific day, by model.
  [[nodiscard]] CapacityReport capacity(const Now& now) const;
  /// An admin's limits for a project (NotFound when no key names it) and model; saved when this returns, as
  /// far as the mode keeps anything. BadRequest with the field.
  Result<QuotaView> set_quota(const QuotaPatch& patch, const Change& change, const Now& now);
  /// Saves what was found out since the last call, to the store.
  Status flush_findings();
  /// The whole pool as the API shows it.
  [[nodiscard]] std::vector<UpstreamKeyView> list(const Now& now) const;
  /// One of its keys as the API shows it; `entry` from visit_keys.
  [[nodiscard]] UpstreamKeyView view(const PoolEntry& entry, const Now& now) const;
  /// Grows with every published snapshot and every change of state.
  [[nodiscard]] std::uint64_t version() const;

  // ---- any worker thread; never blocks on the store.
  /// The best key for the demand. RateLimited with retry_after when every fitting key cools or is spent,
  /// NoUpstreamKey when none is configured or all are disabled or expired, CredentialsExhausted when all of
  /// the others are dead or (then with retry_after) suspect, Unavailable when all that could serve are in
  /// `demand.tried`. With `demand.owner`: NotFound when that key is no longer in the pool.
  Result<KeyLease> acquire(const Demand& demand, const Now& now);
  /// What an attempt taught about its key; before or after the lease has ended. Verdicts about a text that
  /// was replaced meanwhile are void.
  void report(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence, const Now& now);

  /// Upstream refused us whatever the key: ends the rests that it gave no reason for.
  void forgive_unexplained();

  /// The key for a check of itself, whatever its state: nothing is counted or reserved. NotFound.
  Result<KeyLease> lease_for_check(std::int64_t id, const Now& now);
  /// As report, for a check: one that went well revives a dead key too.
  void report_check(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence, const Now& now);

  [[nodiscard]] KeyStorageMode mode() const;

  /// Of the key's project; any thread.
  [[nodiscard]] QuotaShare tightest_quota(const Project& project, const LedgerTime& time) const;

  /// Shows each key of the present snapshot, by rising id. Any thread; edits don't wait for it.
  void visit_keys(const std::function<void(const PoolEntry&)>& visit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::keys
