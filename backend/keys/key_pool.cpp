#include "backend/keys/key_pool.h"

#include <algorithm>
#include <atomic>
#include <unordered_set>

#include "backend/keys/key_book.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_import.h"
#include "backend/keys/key_standing.h"
#include "backend/keys/published.h"
#include "backend/keys/row_pool.h"
#include "backend/keys/setting_rules.h"

namespace geminate::keys {

struct KeyPool::Impl {
  explicit Impl(KeyStore& key_store) : store(key_store) {}

  KeyStore& store;
  /// Guards book and store. Workers never take it.
  std::mutex management;
  KeyBook book;
  Published<PoolSnapshot> published{std::make_shared<const PoolSnapshot>()};
  std::atomic<std::uint64_t> version{0};

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
    changed();
  }

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
      if (book.find(id)->runtime->put_on_trial()) ++result.changed;
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
  for (const auto& entry : impl_->published.snapshot()->entries) known.insert(entry->key.fingerprint);
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
  const std::shared_ptr<const PoolSnapshot>& snapshot = impl_->published.read();
  const ModelHash model = hash_of_model(demand.model);
  const auto position = snapshot->selector.select(
      [&](std::uint32_t candidate) { return try_take(*snapshot->entries[candidate], demand, model, now); });
  if (!position) return refusal(*snapshot, demand, now);
  const std::int64_t reserved = std::max<std::int64_t>(0, demand.estimated_tokens);
  return KeyLease(snapshot->entries[*position], demand.model, reserved, now);
}

void KeyPool::set_listener(KeyEventListener* listener) { impl_->listener = listener; }

std::vector<std::int64_t> KeyPool::due_for_check(std::size_t most, const Now& now) const {
  std::vector<std::int64_t> due;
  for (const auto& entry : impl_->published.snapshot()->entries) {
    if (due.size() == most) break;
    if (entry->key.is_active && entry->runtime->awaits_trial(now.steady)) due.push_back(entry->key.id);
  }
  return due;
}

void KeyPool::report(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence,
                     const Now& now) {
  if (lease.entry_ == nullptr) return;
  const PoolEntry& entry = *lease.entry_;
  bool changed = false;
  switch (verdict.kind) {
    case VerdictKind::Fine:
      changed = entry.runtime->mark_fine(entry.epoch);
      break;
    case VerdictKind::Dead:
      changed = entry.runtime->mark_dead(entry.epoch, verdict.reason);
      break;
    case VerdictKind::Suspect:
      changed = entry.runtime->mark_suspect(entry.epoch, verdict.reason, now);
      break;
    case VerdictKind::Limited:
    case VerdictKind::NoQuotaForModel:
      entry.cooldowns->rest(lease.model_, verdict.quota, verdict.reason, verdict.retry_after, now);
      changed = true;
      break;
    case VerdictKind::WrongOwner:
    case VerdictKind::ClientFault:
    case VerdictKind::UpstreamFault:
    case VerdictKind::Egress:
      break;
  }
  if (!changed) return;
  impl_->changed();
  impl_->tell(lease.key().id, lease.model_, verdict, evidence, now);
}

Result<KeyLease> KeyPool::lease_for_check(std::int64_t id, const Now& now) {
  for (const auto& entry : impl_->published.snapshot()->entries) {
    if (entry->key.id == id) return KeyLease(entry, {}, 0, now);
  }
  return unknown_key(id);
}

void KeyPool::report_check(const KeyLease& lease, const Verdict& verdict, const Evidence& evidence,
                           const Now& now) {
  if (verdict.kind == VerdictKind::Fine && lease.entry_ != nullptr) lease.entry_->runtime->put_on_trial();
  report(lease, verdict, evidence, now);
}

void KeyPool::visit_rows(const std::function<void(const UpstreamKey&)>& visit) const {
  const auto snapshot = impl_->published.snapshot();
  for (const auto& entry : snapshot->entries) visit(entry->key);
}

}  // namespace geminate::keys
