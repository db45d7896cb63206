#include "backend/keys/key_pool.h"

#include <algorithm>
#include <atomic>
#include <unordered_set>

#include "backend/keys/key_book.h"
#include "backend/keys/key_choice.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_import.h"
#include "backend/keys/key_refusal.h"
#include "backend/keys/lease_counter.h"
#include "backend/keys/published.h"
#include "backend/keys/row_pool.h"
#include "backend/keys/setting_rules.h"

namespace geminate::keys {

namespace {

/// Of a pool that was not loaded yet.
std::shared_ptr<const PoolSnapshot> first_snapshot() {
  auto snapshot = std::make_shared<PoolSnapshot>();
  snapshot->lanes = std::make_shared<Lanes>(64, 0);
  return snapshot;
}

}  // namespace

struct KeyPool::Impl {
  explicit Impl(KeyStore& key_store) : store(key_store) {}

  KeyStore& store;
  /// Guards book and store. Workers never take it.
  std::mutex management;
  KeyBook book;
  Published<PoolSnapshot> published{first_snapshot()};
  std::atomic<std::uint64_t> version{0};
  ModelTable models;
  AffinityTable affinities;
  RefusalBook refusals;
  LeaseCounter counter{published};
  /// Wall clock minus monotonic clock, in seconds: it jumps when a clock is set.
  std::atomic<std::int64_t> clock_offset{0};

  KeyEventListener* listener = nullptr;

  void changed() { version.fetch_add(1, std::memory_order_relaxed); }

  void tell(std::int64_t id, std::string_view model, const Verdict& verdict, const Evidence& evidence,
            const Now& now) {
    if (listener == nullptr) return;
    KeyEvent event;
    event.key_id = id;
    event.at = now.wall;
    event.verdict = verdict.kind;
    event.model = model;
    event.quota = verdict.quota;
    event.reason = verdict.reason;
    if (verdict.retry_after.count() > 0) event.until = now.wall + verdict.retry_after;
    event.request_id = evidence.request_id;
    event.http_status = evidence.http_status;
    event.excerpt = evidence.excerpt;
    listener->on_key_event(event);
  }

  void publish() {
    published.publish(book.snapshot());
    book.wake_edited();
    changed();
  }

  /// What waits for a time of day was scheduled by the monotonic clock.
  void notice_set_clock(const Now& now, const PoolSnapshot& snapshot) {
    const auto offset = std::chrono::duration_cast<std::chrono::seconds>(now.wall.time_since_epoch() -
                                                                         now.steady.time_since_epoch())
                            .count();
    const std::int64_t known = clock_offset.load(std::memory_order_relaxed);
    if (std::abs(offset - known) <= 2) return;
    clock_offset.store(offset, std::memory_order_relaxed);
    if (known != 0) snapshot.lanes->wake_all();
  }

  void wake(const PoolEntry& entry) { counter.wake_slot(entry.slot); }
  void wake_project(const PoolEntry& entry) { counter.wake_project(*entry.project); }

  bool spent(const PoolEntry& entry, std::string_view model, const Verdict& verdict, const Now& now);
  bool served(const PoolEntry& entry, ModelLedger* ledger, std::string_view model, const Now& now);

  void put_all(std::vector<UpstreamKey> rows) {
    for (UpstreamKey& row : rows) book.put(std::move(row));
    publish();
  }

  /// With the lock held. How many keys the next request may try again.
  Result<BulkResult> put_on_trial(const std::vector<std::int64_t>& ids) {
    BulkResult result;
    for (const std::int64_t id : ids) {
      if (book.find(id) == nullptr) return unknown_key(id, "ids");
    }
    for (const std::int64_t id : ids) {
      const auto entry = book.find(id);
      if (!entry->runtime->put_on_trial()) continue;
      ++result.changed;
      wake(*entry);
    }
    changed();
    return result;
  }
};

namespace {

/// The edit that a bulk action stands for; nothing for the actions that are no edit.
std::optional<KeyPatch> patch_of(const KeyBulk& request) {
  KeyPatch patch;
  switch (request.action) {
    case BulkAction::Enable:
      patch.is_active = Patch<bool>::to(true);
      return patch;
    case BulkAction::Disable:
      patch.is_active = Patch<bool>::to(false);
      return patch;
    case BulkAction::SetProject:
      patch.project = request.value ? Patch<std::string>::to(*request.value) : Patch<std::string>::cleared();
      return patch;
    case BulkAction::Delete:
    case BulkAction::Check:
      break;
  }
  return std::nullopt;
}

}  // namespace

KeyPool::KeyPool(KeyStore& store) : impl_(std::make_unique<Impl>(store)) {}
KeyPool::~KeyPool() = default;

KeyStorageMode KeyPool::mode() const { return impl_->store.mode(); }
std::uint64_t KeyPool::version() const { return impl_->version.load(std::memory_order_relaxed); }

Status KeyPool::load() {
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(auto rows, impl_->store.load());
  impl_->book.replace_all(std::move(rows));
  impl_->publish();
  return Status::success();
}

Result<UpstreamKeyView> KeyPool::add(const KeyDraft& draft, const Change& change, const Now& now) {
  GEMINATE_TRY(UpstreamKey row, key_from_draft(draft));
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(auto rows, impl_->store.insert({std::move(row)}, change));
  const std::int64_t id = rows.front().id;
  impl_->put_all(std::move(rows));
  return view_of(*impl_->book.find(id), now);
}

Result<UpstreamKeyView> KeyPool::update(std::int64_t id, const KeyPatch& patch, const Change& change,
                                        const Now& now) {
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(UpstreamKey row, impl_->store.update(id, patch, change));
  impl_->book.put(std::move(row));
  impl_->publish();
  return view_of(*impl_->book.find(id), now);
}

Status KeyPool::erase(std::int64_t id, const Change& change) {
  const std::lock_guard lock(impl_->management);
  GEMINATE_CHECK_OK(impl_->store.erase({id}, change));
  impl_->book.remove(id);
  impl_->publish();
  return Status::success();
}

Result<KeyImportResult> KeyPool::import(const KeyImport& request, const Change& change) {
  const std::lock_guard lock(impl_->management);
  std::unordered_set<std::string> known;
  impl_->published.snapshot()->for_each(
      [&known](const SlotMap::Entry& entry) { known.insert(entry->key.fingerprint); });
  GEMINATE_TRY(ImportPlan plan, plan_import(request.text, [&](const Secret& text) {
                 return known.contains(impl_->store.fingerprint_of(text));
               }));
  KeyImportResult result{static_cast<std::int64_t>(plan.rows.size()), plan.duplicates,
                         std::move(plan.rejected)};
  if (plan.rows.empty()) return result;
  GEMINATE_TRY(auto rows, impl_->store.insert(std::move(plan.rows), change));
  impl_->put_all(std::move(rows));
  return result;
}

Result<BulkResult> KeyPool::bulk(const KeyBulk& request, const Change& change) {
  std::vector<std::int64_t> ids = request.ids;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) return bad_field("ids", "ids names no key");
  const std::lock_guard lock(impl_->management);
  if (const auto patch = patch_of(request)) {
    GEMINATE_TRY(auto rows, impl_->store.update_many(ids, *patch, change));
    impl_->put_all(std::move(rows));
  } else if (request.action == BulkAction::Delete) {
    GEMINATE_CHECK_OK(impl_->store.erase(ids, change));
    for (const std::int64_t id : ids) impl_->book.remove(id);
    impl_->publish();
  } else {
    return impl_->put_on_trial(ids);
  }
  return BulkResult{static_cast<std::int64_t>(ids.size())};
}

Status KeyPool::flush_findings() {
  const std::lock_guard lock(impl_->management);
  return save_findings(impl_->book, impl_->store);
}

std::vector<UpstreamKeyView> KeyPool::list(const Now& now) const {
  return views_of<UpstreamKeyView>(*impl_->published.snapshot(), now);
}

Result<KeyLease> KeyPool::acquire(const Demand& demand, const Now& now) {
  const std::uint64_t version = impl_->published.version();
  const std::shared_ptr<const PoolSnapshot>& snapshot = impl_->published.read();
  impl_->notice_set_clock(now, *snapshot);
  const Asked asked(demand, impl_->models, now);
  KeyChoice choice(impl_->published, version, *snapshot, impl_->affinities, asked);
  if (auto taken = choice.take()) {
    return KeyLease(std::move(taken->entry), taken->ledger, &impl_->counter, demand.model, asked.tokens, now);
  }
  if (demand.owner) return refuse_owned(*snapshot, asked);
  return impl_->refusals.refuse(*snapshot, asked, this->version(), choice.first_return());
}

void KeyPool::set_listener(KeyEventListener* listener) { impl_->listener = listener; }

std::vector<std::int64_t> KeyPool::due_for_check(std::size_t most, const Now& now) const {
  std::vector<std::int64_t> due;
  impl_->published.snapshot()->for_each([&](const SlotMap::Entry& entry) {
    if (due.size() < most && entry->key.is_active && entry->runtime->awaits_trial(now.steady))
      due.push_back(entry->key.id);
  });
  return due;
}

void KeyPool::forgive_unexplained() {
  const std::lock_guard lock(impl_->management);
  const auto snapshot = impl_->published.snapshot();
  impl_->book.for_each_project([&](Project& project, std::int64_t) {
    if (project.cooldowns() == nullptr) return;
    Cooldowns& cooldowns = project.make_cooldowns();
    cooldowns.forgive_unexplained();
    project.for_each_ledger([&](ModelLedger& ledger) {
      const auto until = cooldowns.rest_ends(hash_of_model(impl_->models.name(ledger.model())));
      if (until >= ledger.rests_until()) return;
      ledger.rest_until(until, false);
      impl_->counter.wake_project(project);
    });
  });
  impl_->changed();
}

/// A good answer, or a fault of the client's own: whatever was held against key and project has passed.
/// Whether that is news.
bool KeyPool::Impl::served(const PoolEntry& entry, ModelLedger* ledger, std::string_view model,
                           const Now& now) {
  if (ledger != nullptr) {
    if (ledger->model() == ModelTable::kUnlisted) models.add(model);
    if (ledger->served(LedgerTime(now), models.beliefs(ledger->model()))) wake_project(entry);
  }
  if (!entry.runtime->mark_fine(entry.epoch)) return false;
  wake(entry);
  return true;
}

/// Lets the quota rest, and learns what Google said about it.
bool KeyPool::Impl::spent(const PoolEntry& entry, std::string_view model, const Verdict& verdict,
                          const Now& now) {
  const std::string_view plain = plain_model(model);
  const ModelId id = models.add(plain);
  const LedgerTime time(now);
  ModelLedger& ledger = entry.project->ledger(id);
  bool is_minute_known = false;
  for (const auto& violation : verdict.violations) {
    const auto kind = quota_kind_of(violation.quota_id);
    if (!kind || !violation.limit || *violation.limit <= 0) continue;
    ledger.limits().learn(*kind, *violation.limit);
    models.beliefs(id).lower_to(*kind, *violation.limit);
    is_minute_known = is_minute_known || !is_daily(*kind);
  }
  Cooldowns& cooldowns = entry.project->make_cooldowns();
  cooldowns.rest(plain, verdict.quota, verdict.reason, verdict.retry_after, now, verdict.is_unexplained);
  const bool probation = verdict.kind == VerdictKind::Limited && !is_minute_known;
  ledger.rest_until(cooldowns.rest_ends(hash_of_model(plain)), probation);
  ledger.refused(time.day);
  return true;
}

void KeyPool::report(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence,
                     const Now& now) {
  if (lease.entry_ == nullptr) return;
  const PoolEntry& entry = *lease.entry_;
  bool changed = false;
  switch (verdict.kind) {
    case VerdictKind::Fine:
      changed = impl_->served(entry, lease.ledger_, lease.model_, now);
      break;
    case VerdictKind::Dead:
      changed = entry.runtime->mark_dead(entry.epoch, verdict.reason);
      break;
    case VerdictKind::Suspect:
      changed = entry.runtime->mark_suspect(entry.epoch, verdict.reason, now);
      break;
    case VerdictKind::Limited:
    case VerdictKind::NoQuotaForModel:
      changed = impl_->spent(entry, lease.model_, verdict, now);
      break;
    case VerdictKind::WrongOwner:
    case VerdictKind::ClientFault:
    case VerdictKind::UpstreamFault:
    case VerdictKind::Egress:
      break;
  }
  if (!verdict.consumer.empty() && verdict.consumer != entry.key.project)
    changed = entry.runtime->suggest_project(verdict.consumer) || changed;
  if (!changed) return;
  impl_->changed();
  impl_->tell(lease.key().id, lease.model_, verdict, evidence, now);
}

Result<KeyLease> KeyPool::lease_for_check(std::int64_t id, const Now& now) {
  const auto snapshot = impl_->published.snapshot();
  const auto slot = snapshot->slot_of(id);
  if (!slot) return unknown_key(id);
  return KeyLease(snapshot->entries.at(*slot), nullptr, nullptr, {}, 0, now);
}

void KeyPool::report_check(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence,
                           const Now& now) {
  if (verdict.kind == VerdictKind::Fine && lease.entry_ != nullptr) lease.entry_->runtime->put_on_trial();
  report(lease, verdict, evidence, now);
}

}  // namespace geminate::keys
