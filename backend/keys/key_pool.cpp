#include "backend/keys/key_pool.h"

#include <algorithm>
#include <unordered_set>

#include "backend/keys/bulk_edit.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_import.h"
#include "backend/keys/key_pool_state.h"
#include "backend/keys/row_pool.h"
#include "backend/keys/setting_rules.h"

namespace geminate::keys {

Result<BulkResult> KeyPool::Impl::put_on_trial(const std::vector<std::int64_t>& ids) {
  BulkResult result;
  for (const std::int64_t id : ids) {
    if (book.find(id) == nullptr) return unknown_key(id, "ids");
  }
  for (const std::int64_t id : ids) {
    const auto entry = book.find(id);
    if (!entry->runtime().put_on_trial()) continue;
    ++result.changed;
    wake(*entry);
  }
  changed();
  return result;
}
KeyPool::KeyPool(KeyStore& store, LedgerStore* ledgers, audit::AuditLog* audit)
    : impl_(std::make_unique<Impl>(store, ledgers)) {
  impl_->audit = audit;
}
KeyPool::~KeyPool() = default;

KeyStorageMode KeyPool::mode() const { return impl_->store.mode(); }
std::uint64_t KeyPool::version() const { return impl_->version.load(std::memory_order_relaxed); }

Status KeyPool::load(const Now& now) {
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(auto rows, impl_->store.load());
  impl_->book.replace_all(std::move(rows));
  impl_->publish();
  return impl_->restore_ledgers(now);
}

Result<UpstreamKeyView> KeyPool::add(const KeyDraft& draft, const Change& change, const Now& now) {
  GEMINATE_TRY(UpstreamKey row, key_from_draft(draft));
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(auto rows, impl_->store.insert({std::move(row)}, change));
  const std::int64_t id = rows.front().id;
  impl_->put_all(std::move(rows));
  return impl_->view_of(*impl_->book.find(id), now);
}

Result<UpstreamKeyView> KeyPool::update(std::int64_t id, const KeyPatch& patch, const Change& change,
                                        const Now& now) {
  const std::lock_guard lock(impl_->management);
  GEMINATE_TRY(UpstreamKey row, impl_->store.update(id, patch, change));
  impl_->book.put(std::move(row));
  impl_->publish();
  return impl_->view_of(*impl_->book.find(id), now);
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
  const auto snapshot = impl_->published.snapshot();
  std::unordered_set<std::string_view> known;
  snapshot->for_each([&known](const SlotMap::Entry& entry) { known.insert(entry->text().reveal()); });
  GEMINATE_TRY(ImportPlan plan,
               plan_import(request, [&](const Secret& text) { return known.contains(text.reveal()); }));
  KeyImportResult result{static_cast<std::int64_t>(plan.rows.size()),
                         static_cast<std::int64_t>(plan.duplicates.size()), std::move(plan.duplicates),
                         std::move(plan.rejected)};
  if (plan.rows.empty() || request.dry_run.value_or(false)) return result;
  GEMINATE_TRY(auto rows, impl_->store.insert(std::move(plan.rows), change));
  impl_->put_all(std::move(rows));
  return result;
}

Result<BulkResult> KeyPool::bulk(const KeyBulk& request, const Change& change) {
  std::vector<std::int64_t> ids = request.ids;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) return bad_field("ids", "ids names no key");
  GEMINATE_TRY(const auto patch, patch_of(request));
  const std::lock_guard lock(impl_->management);
  if (patch) {
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
  return views_of<UpstreamKeyView>(*impl_->published.snapshot(),
                                   [&](const auto& entry) { return impl_->view_of(entry, now); });
}

UpstreamKeyView KeyPool::view(const PoolEntry& entry, const Now& now) const {
  return impl_->view_of(entry, now);
}

void KeyPool::visit_keys(const std::function<void(const PoolEntry&)>& visit) const {
  impl_->published.snapshot()->for_each([&visit](const SlotMap::Entry& entry) { visit(*entry); });
}

}  // namespace geminate::keys
