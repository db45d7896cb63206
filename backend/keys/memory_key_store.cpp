#include "backend/keys/memory_key_store.h"

#include <set>

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"
#include "backend/keys/fingerprint.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/key_moves.h"
#include "backend/keys/setting_rules.h"

namespace geminate::keys {

MemoryKeyStore::MemoryKeyStore(const std::vector<Secret>& environment_keys, audit::AuditLog* audit)
    : hash_key_(crypto::random_key()) {
  for (const Secret& text : environment_keys) {
    auto checked = checked_key_text("GEMINI_API_KEYS", text.reveal());
    if (!checked.ok()) continue;
    UpstreamKey row;
    row.text = Secret(std::move(checked).value());
    row.origin = Origin::Environment;
    // A repetition is a conflict, and that is all there is to say about it.
    (void)insert({std::move(row)}, {Caller::server(), AuditAction::KeyAdd});
  }
  // What the environment brings is nobody's edit.
  audit_ = audit;
}

Status MemoryKeyStore::tell(const Change& change) {
  return audit_ == nullptr ? Status::success() : audit_->append(change);
}

UpstreamKey MemoryKeyStore::row_of(std::int64_t id, const PackedRow& packed) const {
  UpstreamKey row = packed.unpacked(id);
  const auto found = findings_.find(id);
  if (found == findings_.end()) return row;
  row.last_used_at = found->second.last_used_at;
  row.tokens_used = found->second.tokens_used;
  row.used_day = found->second.used_day;
  row.is_dead = found->second.is_dead;
  row.dead_reason = found->second.dead_reason;
  return row;
}

void MemoryKeyStore::keep(const UpstreamKey& row) {
  drop(row.id);
  const auto& packed = rows_[row.id] = pack(row);
  ids_.emplace(packed->fingerprint_bytes(), row.id);
}

void MemoryKeyStore::drop(std::int64_t id) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return;
  ids_.erase(found->second->fingerprint_bytes());
  rows_.erase(found);
}

std::optional<std::int64_t> MemoryKeyStore::owner_of(const std::string& fingerprint) const {
  const auto bytes = crypto::hex_decode(fingerprint);
  const auto found = bytes ? ids_.find(*bytes) : ids_.end();
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::vector<UpstreamKey>> MemoryKeyStore::load() {
  std::vector<UpstreamKey> rows;
  rows.reserve(rows_.size());
  for (const auto& [id, row] : rows_) rows.push_back(row_of(id, *row));
  return rows;
}

Result<std::vector<UpstreamKey>> MemoryKeyStore::insert(std::vector<UpstreamKey> rows, const Change& change) {
  std::set<std::string> added;
  for (UpstreamKey& row : rows) {
    row.fingerprint = fingerprint_of(row.text);
    if (owner_of(row.fingerprint) || !added.insert(row.fingerprint).second) return duplicate_key();
  }
  const Timestamp created_at = now().wall;
  for (UpstreamKey& row : rows) {
    row.id = next_id_++;
    row.created_at = created_at;
    row.revision = 1;
  }
  if (!rows.empty()) {
    GEMINATE_CHECK_OK(tell(change.action == AuditAction::KeyAdd ? key_change(change, nullptr, &rows.front())
                                                                : keys_change(change, rows)));
  }
  for (const UpstreamKey& row : rows) keep(row);
  return rows;
}

Result<UpstreamKey> MemoryKeyStore::edited(std::int64_t id, const KeyPatch& patch) const {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return unknown_key(id);
  UpstreamKey row = row_of(id, *found->second);
  GEMINATE_CHECK_OK(apply_patch(row, patch));
  row.fingerprint = fingerprint_of(row.text);
  if (owner_of(row.fingerprint).value_or(id) != id) return duplicate_key();
  ++row.revision;
  return row;
}

void MemoryKeyStore::replace(const UpstreamKey& row) {
  keep(row);
  if (row.is_dead) return;
  // A new text made it alive again.
  if (const auto found = findings_.find(row.id); found != findings_.end()) {
    found->second.is_dead = false;
    found->second.dead_reason.clear();
  }
}

Result<UpstreamKey> MemoryKeyStore::update(std::int64_t id, const KeyPatch& patch, const Change& change) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return unknown_key(id);
  if (patch.revision && *patch.revision != found->second->revision()) return stale_key();
  GEMINATE_TRY(UpstreamKey row, edited(id, patch));
  const UpstreamKey before = row_of(id, *found->second);
  GEMINATE_CHECK_OK(tell(key_change(change, &before, &row)));
  replace(row);
  return row;
}

Result<std::vector<UpstreamKey>> MemoryKeyStore::update_many(const std::vector<std::int64_t>& ids,
                                                             const KeyPatch& patch, const Change& change) {
  // Two rows cannot both get one new text.
  if (patch.key_string.present && ids.size() > 1) return duplicate_key();
  std::vector<UpstreamKey> rows;
  rows.reserve(ids.size());
  for (const std::int64_t id : ids) {
    GEMINATE_TRY(UpstreamKey row, edited(id, patch));
    rows.push_back(std::move(row));
  }
  GEMINATE_CHECK_OK(tell(keys_change(change, ids, &patch)));
  for (const UpstreamKey& row : rows) replace(row);
  return rows;
}

Status MemoryKeyStore::erase(const std::vector<std::int64_t>& ids, const Change& change) {
  for (const std::int64_t id : ids) {
    if (!rows_.contains(id)) return unknown_key(id);
  }
  if (change.action == AuditAction::KeyDelete && ids.size() == 1) {
    const UpstreamKey before = row_of(ids.front(), *rows_.at(ids.front()));
    GEMINATE_CHECK_OK(tell(key_change(change, &before, nullptr)));
  } else {
    GEMINATE_CHECK_OK(tell(keys_change(change, ids, nullptr)));
  }
  for (const std::int64_t id : ids) {
    drop(id);
    findings_.erase(id);
  }
  return Status::success();
}

Status MemoryKeyStore::save_findings(const std::vector<KeyFinding>& findings) {
  for (const KeyFinding& finding : findings) {
    if (rows_.contains(finding.id)) findings_[finding.id] = finding;
  }
  return Status::success();
}

std::string MemoryKeyStore::fingerprint_of(const Secret& text) const {
  return keys::fingerprint_of(hash_key_, text);
}

}  // namespace geminate::keys
