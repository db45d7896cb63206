#include "backend/storage/sql_key_store.h"

#include <set>
#include <utility>

#include "backend/crypto/subkeys.h"
#include "backend/keys/fingerprint.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_moves.h"
#include "backend/storage/sealed_text.h"

namespace geminate::storage {

using keys::Change;
using keys::KeyFinding;
using keys::UpstreamKey;

/// The table's row: the key with its text sealed (`key.text` itself is not a column).
struct SqlKeyStore::Row {
  UpstreamKey key;
  SealedText sealed;
};

struct SqlKeyStore::Edit {
  UpstreamKey before;
  UpstreamKey after;
};

struct SqlKeyStore::Table {
  static constexpr std::string_view kName = "upstream_keys";
  using Row = SqlKeyStore::Row;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.key.id);
    column("sealed_text", row.sealed.bytes);
    column("sealed_by", row.sealed.sealed_by);
    column("fingerprint", row.key.fingerprint);
    column("description", row.key.description);
    column("created_at", row.key.created_at);
    column("expires_at", row.key.expires_at);
    column("is_active", row.key.is_active);
    column("origin", row.key.origin);
    column("enable_context_management", row.key.enable_context_management);
    column("context_window", row.key.context_window);
    column("max_tokens_per_day", row.key.max_tokens_per_day);
    column("rate_limit_per_minute", row.key.rate_limit_per_minute);
    column("user_id", row.key.user_id);
    column("project", row.key.project);
    column("tags", row.key.tags);
    column("weight", row.key.weight);
    column("priority", row.key.priority);
    column("revision", row.key.revision);
    column("is_dead", row.key.is_dead);
    column("dead_reason", row.key.dead_reason);
    column("last_used_at", row.key.last_used_at);
    column("tokens_used", row.key.tokens_used);
    column("used_day", row.key.used_day);
  }
};

namespace {

TextPlace place_of(const UpstreamKey& key) { return {key.id, key.project}; }

/// Whether the edit may leave behind a sealed text that counts no more.
bool rewrites_text(const KeyPatch& patch) { return patch.key_string.present || patch.project.present; }

/// The engine's fault as one of the pool's.
Error explain(Error error, std::int64_t id) {
  if (error.code == ErrorCode::Conflict) {
    error.message = keys::duplicate_key().message;
    error.field = keys::duplicate_key().field;
  } else if (error.code == ErrorCode::NotFound) {
    error.message = keys::unknown_key(id).message;
  }
  return error;
}

/// Each id once, in the order given.
std::vector<std::int64_t> distinct(const std::vector<std::int64_t>& ids) {
  std::vector<std::int64_t> once;
  std::set<std::int64_t> seen;
  for (const std::int64_t id : ids) {
    if (seen.insert(id).second) once.push_back(id);
  }
  return once;
}

}  // namespace

SqlKeyStore::SqlKeyStore(std::unique_ptr<SqlConnection> connection, KeyRing keys)
    : connection_(std::move(connection)),
      ring_(std::move(keys)),
      fingerprint_key_(ring_.lasting_subkey(crypto::KeyPurpose::Fingerprint)),
      statements_(statements_of<Table>()),
      trail_(ring_.lasting_subkey(crypto::KeyPurpose::AuditChain)) {}

SqlKeyStore::~SqlKeyStore() = default;

Result<SqlTransaction> SqlKeyStore::begin() {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_CHECK_OK(ring_.refresh(*connection_));
  return transaction;
}

Result<UpstreamKey> SqlKeyStore::open_row(Row row) {
  // A statement and what is asked while it runs see one state of the database: the key is there, if it ever
  // was.
  if (ring_.row_key(row.sealed.sealed_by) == nullptr) GEMINATE_CHECK_OK(ring_.refresh(*connection_));
  GEMINATE_TRY(row.key.text, open_text(ring_, row.sealed, place_of(row.key)));
  return std::move(row.key);
}

Result<std::vector<UpstreamKey>> SqlKeyStore::load() {
  std::vector<UpstreamKey> keys;
  GEMINATE_CHECK_OK(
      connection_->run(statements_.select_all, {}, [&](std::span<const SqlValue> columns) -> Status {
        GEMINATE_TRY(Row row, read_row<Table>(columns));
        GEMINATE_TRY(UpstreamKey key, open_row(std::move(row)));
        keys.push_back(std::move(key));
        return Status::success();
      }));
  return keys;
}

Result<std::vector<UpstreamKey>> SqlKeyStore::insert(std::vector<UpstreamKey> rows, const Change& change) {
  if (rows.empty()) return rows;
  GEMINATE_TRY(auto transaction, begin());
  // Before sealing: the sealed text is bound to the id.
  GEMINATE_TRY(std::int64_t id, allocate_ids<Table>(*connection_, rows.size()));
  const Timestamp created_at = now().wall;
  for (UpstreamKey& key : rows) {
    key.id = id++;
    key.fingerprint = fingerprint_of(key.text);
    key.created_at = created_at;
    key.revision = 1;
    const Row row{key, seal_text(ring_, key.text, place_of(key))};
    const auto inserted = connection_->run(statements_.insert, parameters_of<Table>(row));
    if (!inserted.ok()) return explain(inserted.error(), key.id);
  }
  GEMINATE_CHECK_OK(trail_.append(*connection_, change.action == AuditAction::KeyAdd
                                                    ? keys::key_change(change, nullptr, &rows.front())
                                                    : keys::keys_change(change, rows)));
  GEMINATE_CHECK_OK(transaction.commit());
  return rows;
}

Result<SqlKeyStore::Edit> SqlKeyStore::change_row(std::int64_t id, const KeyPatch& patch,
                                                  bool check_revision) {
  auto found = select_row<Table>(*connection_, statements_, id);
  if (!found.ok()) return explain(std::move(found).error(), id);
  SealedText sealed = found->sealed;
  GEMINATE_TRY(UpstreamKey key, open_row(std::move(found).value()));
  if (check_revision && patch.revision && *patch.revision != key.revision) return keys::stale_key();
  Edit edit{key, {}};
  GEMINATE_CHECK_OK(keys::apply_patch(key, patch));
  key.fingerprint = fingerprint_of(key.text);
  ++key.revision;
  if (rewrites_text(patch)) sealed = seal_text(ring_, key.text, place_of(key));
  const auto changed = connection_->run(statements_.update, parameters_of<Table>(Row{key, sealed}));
  if (!changed.ok()) return explain(changed.error(), id);
  edit.after = std::move(key);
  return edit;
}

Result<UpstreamKey> SqlKeyStore::update(std::int64_t id, const KeyPatch& patch, const Change& change) {
  GEMINATE_TRY(auto transaction, begin());
  GEMINATE_TRY(Edit edit, change_row(id, patch, true));
  GEMINATE_CHECK_OK(trail_.append(*connection_, keys::key_change(change, &edit.before, &edit.after)));
  GEMINATE_CHECK_OK(transaction.commit());
  if (rewrites_text(patch)) connection_->forget_deleted();
  return std::move(edit.after);
}

Result<std::vector<UpstreamKey>> SqlKeyStore::update_many(const std::vector<std::int64_t>& ids,
                                                          const KeyPatch& patch, const Change& change) {
  GEMINATE_TRY(auto transaction, begin());
  std::vector<UpstreamKey> keys;
  for (const std::int64_t id : distinct(ids)) {
    GEMINATE_TRY(Edit edit, change_row(id, patch, false));
    keys.push_back(std::move(edit.after));
  }
  GEMINATE_CHECK_OK(trail_.append(*connection_, keys::keys_change(change, ids, &patch)));
  GEMINATE_CHECK_OK(transaction.commit());
  if (rewrites_text(patch)) connection_->forget_deleted();
  return keys;
}

Status SqlKeyStore::erase(const std::vector<std::int64_t>& ids, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_TRY(const Change told, deletion(ids, change));
  GEMINATE_CHECK_OK(trail_.append(*connection_, told));
  for (const std::int64_t id : distinct(ids)) {
    auto erased = erase_row(*connection_, statements_, id);
    if (!erased.ok()) return explain(std::move(erased).error(), id);
  }
  GEMINATE_CHECK_OK(transaction.commit());
  connection_->forget_deleted();
  return Status::success();
}

Result<Change> SqlKeyStore::deletion(const std::vector<std::int64_t>& ids, const Change& change) {
  if (change.action != AuditAction::KeyDelete || ids.size() != 1)
    return keys::keys_change(change, ids, nullptr);
  auto found = select_row<Table>(*connection_, statements_, ids.front());
  if (!found.ok()) return explain(std::move(found).error(), ids.front());
  const UpstreamKey settings = found->key;
  // A row that was altered may be deleted as well; then its text is not shown.
  const auto key = open_row(std::move(found).value());
  return keys::key_change(change, key.ok() ? &*key : &settings, nullptr);
}

Status SqlKeyStore::save_findings(const std::vector<KeyFinding>& findings) {
  if (findings.empty()) return Status::success();
  constexpr std::string_view kSave =
      "UPDATE upstream_keys SET last_used_at = coalesce($last_used_at, last_used_at), tokens_used = "
      "$tokens_used, "
      "used_day = $used_day, is_dead = $is_dead, dead_reason = $dead_reason WHERE id = $id";
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  for (const KeyFinding& finding : findings) {
    GEMINATE_CHECK_OK(connection_->run(kSave, {{"id", to_sql(finding.id)},
                                               {"last_used_at", to_sql(finding.last_used_at)},
                                               {"tokens_used", to_sql(finding.tokens_used)},
                                               {"used_day", to_sql(finding.used_day)},
                                               {"is_dead", to_sql(finding.is_dead)},
                                               {"dead_reason", to_sql(finding.dead_reason)}}));
  }
  return transaction.commit();
}

std::string SqlKeyStore::fingerprint_of(const Secret& text) const {
  return keys::fingerprint_of(fingerprint_key_, text);
}

}  // namespace geminate::storage
