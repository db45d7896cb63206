#include <cstdlib>
#include <utility>

#include "backend/keys/key_faults.h"
#include "backend/keys/key_pool_state.h"

// The pool as requests see it: acquire, report and what follows from a verdict.
namespace geminate::keys {

void KeyPool::Impl::tell(std::int64_t id, std::string_view model, const Verdict& verdict,
                         const Evidence& evidence, const Now& now) {
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

void KeyPool::Impl::notice_set_clock(const Now& now, const PoolSnapshot& snapshot) {
  const auto offset = std::chrono::duration_cast<std::chrono::seconds>(now.wall.time_since_epoch() -
                                                                       now.steady.time_since_epoch())
                          .count();
  const std::int64_t known = clock_offset.load(std::memory_order_relaxed);
  if (std::abs(offset - known) <= 2) return;
  clock_offset.store(offset, std::memory_order_relaxed);
  if (known != 0) snapshot.lanes->wake_all();
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
    if (due.size() < most && entry->is_active() && entry->runtime().awaits_trial(now.steady))
      due.push_back(entry->id());
  });
  return due;
}

void KeyPool::Impl::forgive(Project& project) {
  Cooldowns& cooldowns = project.make_cooldowns();
  cooldowns.forgive_unexplained();
  project.for_each_ledger([&](ModelLedger& ledger) {
    const std::int64_t until = cooldowns.rest_ends(hash_of_model(models.name(ledger.model())));
    if (until >= ledger.rests_until()) return;
    ledger.rest_until(until, false);
    counter.changed(ledger);
  });
  counter.wake_project(project);
}

void KeyPool::forgive_unexplained() {
  std::vector<Ref<Project>> projects;
  {
    const std::lock_guard lock(impl_->unexplained_lock);
    projects.swap(impl_->unexplained);
  }
  for (const auto& project : projects) impl_->forgive(*project);
  if (!projects.empty()) impl_->changed();
}

/// A good answer, or a fault of the client's own: whatever was held against key and project has passed.
/// Whether that is news.
bool KeyPool::Impl::served(const PoolEntry& entry, ModelLedger* ledger, std::string_view model,
                           const Now& now) {
  if (ledger != nullptr) {
    // It began before anybody knew that the model exists, and was counted among the unlisted.
    if (ledger->model() == ModelTable::kUnlisted) {
      const ModelId id = models.add(model);
      if (id != ModelTable::kUnlisted) entry.project().ledger(id).count_late(LedgerTime(now));
    }
    if (ledger->served(LedgerTime(now), models.beliefs(ledger->model()))) wake_project(entry);
  }
  if (!entry.runtime().mark_fine()) return false;
  wake(entry);
  return true;
}

/// Lets the quota rest, and learns what Google said about it.
bool KeyPool::Impl::spent(const PoolEntry& entry, std::string_view model, const Verdict& verdict,
                          const Now& now) {
  const std::string_view plain = plain_model(model);
  const ModelId id = models.add(plain);
  const LedgerTime time(now);
  ModelLedger& ledger = entry.project().ledger(id);
  bool is_minute_known = false;
  ledger.refused(time.day);
  for (const auto& violation : verdict.violations) {
    const auto kind = quota_kind_of(violation.quota_id);
    if (!kind || !violation.limit || *violation.limit <= 0) continue;
    ledger.limits().learn(*kind, *violation.limit, time.day);
    models.beliefs(id).lower_to(*kind, *violation.limit);
    is_minute_known = is_minute_known || !is_daily(*kind);
    if (is_daily(*kind)) ledger.day_is_spent(time.day, *kind, *violation.limit);
  }
  Cooldowns& cooldowns = entry.project().make_cooldowns();
  cooldowns.rest(plain, verdict.quota, verdict.reason, verdict.retry_after, now, verdict.is_unexplained);
  if (verdict.is_unexplained) {
    // Only the latest matter: these rests are short.
    constexpr std::size_t kMostUnexplained = 1000;
    const std::lock_guard lock(unexplained_lock);
    if (unexplained.size() >= kMostUnexplained) unexplained.clear();
    unexplained.emplace_back(&entry.project());
  }
  const bool probation = verdict.kind == VerdictKind::Limited && !is_minute_known;
  ledger.rest_until(cooldowns.rest_ends(hash_of_model(plain)), probation);
  counter.changed(ledger);
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
      changed = entry.runtime().mark_dead(verdict.reason);
      break;
    case VerdictKind::Suspect:
      changed = entry.runtime().mark_suspect(verdict.reason, now);
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
  if (!verdict.consumer.empty() && verdict.consumer != entry.project().name())
    changed = entry.runtime().suggest_project(verdict.consumer) || changed;
  if (!changed) return;
  if (verdict.kind != VerdictKind::Fine) entry.runtime().note_fault({kind_of(verdict.kind), now.wall});
  impl_->changed();
  impl_->tell(lease.key().id(), lease.model_, verdict, evidence, now);
}

Result<KeyLease> KeyPool::lease_for_check(std::int64_t id, const Now& now) {
  const auto snapshot = impl_->published.snapshot();
  const auto slot = snapshot->slot_of(id);
  if (!slot) return unknown_key(id);
  return KeyLease(snapshot->entries.at(*slot), nullptr, nullptr, {}, 0, now);
}

void KeyPool::report_check(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence,
                           const Now& now) {
  if (verdict.kind == VerdictKind::Fine && lease.entry_ != nullptr) lease.entry_->runtime().put_on_trial();
  report(lease, verdict, evidence, now);
}

}  // namespace geminate::keys
