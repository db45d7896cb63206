#include "backend/storage/sql_key_store.h"

#include <set>
#include <utility>

#include "backend/crypto/sealed_secret.h"
#include "backend/crypto/subkeys.h"
#include "backend/keys/fingerprint.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_moves.h"

namespace geminate::storage {

using keys::Change;
using keys::KeyFinding;
using keys::UpstreamKey;

/// The table's row: the key with its text sealed (`key.text` itself is not a column).
struct SqlKeyStore::Row {
  UpstreamKey key;
  Blob sealed_text;
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
    column("sealed_text", row.sealed_text);
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

/// The place a sealed text belongs to; part of what is on disk.
std::string place_of(std::int64_t id) { return "upstream_keys/sealed_text/" + std::to_string(id); }

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

SqlKeyStore::SqlKeyStore(std::unique_ptr<SqlConnection> connection, const Secret& encryption_key,
                         SqlAuditTrail trail)
    : connection_(std::move(connection)),
      sealing_key_(crypto::derive_subkey(encryption_key, crypto::KeyPurpose::Rows)),
      fingerprint_key_(crypto::derive_subkey(encryption_key, crypto::KeyPurpose::Fingerprint)),
      statements_(statements_of<Table>()),
      trail_(std::move(trail)) {}

SqlKeyStore::~SqlKeyStore() = default;

Result<UpstreamKey> SqlKeyStore::open_row(Row row) const {
  auto text = crypto::unseal(row.sealed_text.bytes, sealing_key_, place_of(row.key.id));
  if (!text.ok()) {
    return Error{
        ErrorCode::Internal,
        "The stored text of key " + std::to_string(row.key.id) +
            " does not open: the row was altered. Restore the database from a backup, or delete that row.",
        text.error().detail,
        {},
        {}};
  }
  row.key.text = std::move(text).value();
  return std::move(row.key);
}

SqlKeyStore::Row SqlKeyStore::seal_row(const UpstreamKey& key) const {
  return Row{key, Blob{crypto::seal(key.text, sealing_key_, place_of(key.id))}};
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
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  // Before sealing: the sealed text is bound to the id.
  GEMINATE_TRY(std::int64_t id, allocate_ids<Table>(*connection_, rows.size()));
  const Timestamp created_at = now().wall;
  for (UpstreamKey& key : rows) {
    key.id = id++;
    key.fingerprint = fingerprint_of(key.text);
    key.created_at = created_at;
    key.revision = 1;
    const auto inserted = connection_->run(statements_.insert, parameters_of<Table>(seal_row(key)));
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
  GEMINATE_TRY(UpstreamKey key, open_row(std::move(found).value()));
  if (check_revision && patch.revision && *patch.revision != key.revision) return keys::stale_key();
  Edit edit{key, {}};
  GEMINATE_CHECK_OK(keys::apply_patch(key, patch));
  key.fingerprint = fingerprint_of(key.text);
  ++key.revision;
  const auto changed = connection_->run(statements_.update, parameters_of<Table>(seal_row(key)));
  if (!changed.ok()) return explain(changed.error(), id);
  edit.after = std::move(key);
  return edit;
}

Result<UpstreamKey> SqlKeyStore::update(std::int64_t id, const KeyPatch& patch, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_TRY(Edit edit, change_row(id, patch, true));
  GEMINATE_CHECK_OK(trail_.append(*connection_, keys::key_change(change, &edit.before, &edit.after)));
  GEMINATE_CHECK_OK(transaction.commit());
  if (patch.key_string.present) connection_->forget_deleted();
  return std::move(edit.after);
}

Result<std::vector<UpstreamKey>> SqlKeyStore::update_many(const std::vector<std::int64_t>& ids,
                                                          const KeyPatch& patch, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  std::vector<UpstreamKey> keys;
  for (const std::int64_t id : distinct(ids)) {
    GEMINATE_TRY(Edit edit, change_row(id, patch, false));
    keys.push_back(std::move(edit.after));
  }
  GEMINATE_CHECK_OK(trail_.append(*connection_, keys::keys_change(change, ids, &patch)));
  GEMINATE_CHECK_OK(transaction.commit());
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
  UpstreamKey settings = found->key;
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
