#include "backend/admin/key_edits.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "backend/keys/key_faults.h"
#include "backend/keys/key_moves.h"

namespace geminate::admin {
namespace {

using Ids = std::vector<std::int64_t>;

std::unordered_set<std::int64_t> all_ids(const keys::KeyPool& pool) {
  std::unordered_set<std::int64_t> ids;
  pool.visit_keys([&ids](const keys::PoolEntry& key) { ids.insert(key.id()); });
  return ids;
}

/// Those of the keys that are switched the other way.
Ids ids_with(const keys::KeyPool& pool, const Ids& among, bool is_active) {
  const std::unordered_set<std::int64_t> wanted(among.begin(), among.end());
  Ids ids;
  pool.visit_keys([&](const keys::PoolEntry& key) {
    if (key.is_active() == is_active && wanted.contains(key.id())) ids.push_back(key.id());
  });
  return ids;
}

Status check_known(const keys::KeyPool& pool, const Ids& ids) {
  const auto known = all_ids(pool);
  for (const std::int64_t id : ids) {
    if (!known.contains(id)) return keys::unknown_key(id, "ids");
  }
  return Status::success();
}

struct Row {
  bool is_active = true;
  Secret text;
};

std::optional<Row> row_of(const keys::KeyPool& pool, std::int64_t id) {
  std::optional<Row> row;
  pool.visit_keys([&](const keys::PoolEntry& key) {
    if (key.id() == id) row = Row{key.is_active(), Secret(std::string(key.text().reveal()))};
  });
  return row;
}

}  // namespace

KeyEdits::KeyEdits(keys::KeyPool& pool, KeyEditHooks hooks) : pool_(pool), hooks_(std::move(hooks)) {}

Result<UpstreamKeyView> KeyEdits::add(const KeyDraft& draft, const Caller& who) {
  GEMINATE_TRY(auto view, pool_.add(draft, {who, AuditAction::KeyAdd}, now()));
  hooks_.note(KeyEventKind::Added, {view.id});
  hooks_.added({view.id});
  return view;
}

Result<UpstreamKeyView> KeyEdits::update(std::int64_t id, const KeyPatch& patch, const Caller& who) {
  const auto before = row_of(pool_, id);
  GEMINATE_TRY(auto view, pool_.update(id, patch, {who, AuditAction::KeyUpdate}, now()));
  if (!before) return view;
  if (view.is_active != before->is_active) {
    hooks_.note(view.is_active ? KeyEventKind::Enabled : KeyEventKind::Disabled, {id});
  }
  const auto after = row_of(pool_, id);
  if (after && after->text.reveal() != before->text.reveal()) {
    hooks_.note(KeyEventKind::Replaced, {id});
    hooks_.added({id});
  }
  return view;
}

Status KeyEdits::erase(std::int64_t id, const Caller& who) {
  GEMINATE_CHECK_OK(pool_.erase(id, {who, AuditAction::KeyDelete}));
  hooks_.note(KeyEventKind::Deleted, {id});
  return Status::success();
}

Result<KeyImportResult> KeyEdits::import(const KeyImport& request, const Caller& who) {
  if (request.dry_run.value_or(false)) return pool_.import(request, {who, AuditAction::KeyImport});
  const auto before = all_ids(pool_);
  GEMINATE_TRY(auto result, pool_.import(request, {who, AuditAction::KeyImport}));
  Ids added;
  pool_.visit_keys([&](const keys::PoolEntry& key) {
    if (!before.contains(key.id())) added.push_back(key.id());
  });
  std::sort(added.begin(), added.end());
  hooks_.note(KeyEventKind::Added, added);
  hooks_.added(added);
  return result;
}

Result<BulkResult> KeyEdits::bulk(const KeyBulk& request, const Caller& who) {
  Ids changing;
  if (request.action == BulkAction::Enable || request.action == BulkAction::Disable) {
    changing = ids_with(pool_, request.ids, request.action == BulkAction::Disable);
  }
  Change change{who, AuditAction::KeyBulk};
  change.moves.push_back({"action", std::nullopt, std::string(name_of(request.action))});
  // No store hears of it.
  if (request.action == BulkAction::Check) {
    GEMINATE_CHECK_OK(check_known(pool_, request.ids));
    GEMINATE_CHECK_OK(hooks_.audit(keys::keys_change(change, request.ids, nullptr)));
  }
  GEMINATE_TRY(auto result, pool_.bulk(request, change));
  switch (request.action) {
    case BulkAction::Enable:
      hooks_.note(KeyEventKind::Enabled, changing);
      break;
    case BulkAction::Disable:
      hooks_.note(KeyEventKind::Disabled, changing);
      break;
    case BulkAction::Delete:
      hooks_.note(KeyEventKind::Deleted, request.ids);
      break;
    case BulkAction::Check:
      GEMINATE_CHECK_OK(hooks_.check(request.ids));
      break;
    case BulkAction::SetProject:
    case BulkAction::SetTags:
    case BulkAction::SetTokensPerDay:
    case BulkAction::SetRequestsPerMinute:
      break;
  }
  return result;
}

}  // namespace geminate::admin
