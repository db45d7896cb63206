#include "backend/keys/memory_key_store.h"

#include <set>

#include "backend/crypto/keyed_hash.h"
#include "backend/keys/fingerprint.h"
#include "backend/keys/key_faults.h"
#include "backend/keys/setting_rules.h"

namespace geminate::keys {

MemoryKeyStore::MemoryKeyStore(const std::vector<Secret>& environment_keys)
    : hash_key_(crypto::random_key()) {
  for (const Secret& text : environment_keys) {
    auto checked = checked_key_text("GEMINI_API_KEYS", text.reveal());
    if (!checked.ok()) continue;
    UpstreamKey row;
    row.text = Secret(std::move(checked).value());
    row.origin = Origin::Environment;
    // A repetition is a conflict, and that is all there is to say about it.
    (void)insert({std::move(row)}, {"environment", "start"});
  }
}

Result<std::vector<UpstreamKey>> MemoryKeyStore::load() {
  std::vector<UpstreamKey> rows;
  rows.reserve(rows_.size());
  for (const auto& [id, row] : rows_) rows.push_back(row);
  return rows;
}

Result<std::vector<UpstreamKey>> MemoryKeyStore::insert(std::vector<UpstreamKey> rows,
                                                        const Change& /*change*/) {
  std::set<std::string> added;
  for (UpstreamKey& row : rows) {
    row.fingerprint = fingerprint_of(row.text);
    if (ids_.contains(row.fingerprint) || !added.insert(row.fingerprint).second) return duplicate_key();
  }
  const Timestamp created_at = now().wall;
  for (UpstreamKey& row : rows) {
    row.id = next_id_++;
    row.created_at = created_at;
    row.revision = 1;
    ids_[row.fingerprint] = row.id;
    rows_[row.id] = row;
  }
  return rows;
}

Result<UpstreamKey> MemoryKeyStore::edited(std::int64_t id, const KeyPatch& patch) const {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return unknown_key(id);
  UpstreamKey row = found->second;
  GEMINATE_CHECK_OK(apply_patch(row, patch));
  row.fingerprint = fingerprint_of(row.text);
  const auto owner = ids_.find(row.fingerprint);
  if (owner != ids_.end() && owner->second != id) return duplicate_key();
  ++row.revision;
  return row;
}

void MemoryKeyStore::replace(const UpstreamKey& row) {
  UpstreamKey& present = rows_[row.id];
  ids_.erase(present.fingerprint);
  ids_[row.fingerprint] = row.id;
  present = row;
}

Result<UpstreamKey> MemoryKeyStore::update(std::int64_t id, const KeyPatch& patch, const Change& /*change*/) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return unknown_key(id);
  if (patch.revision && *patch.revision != found->second.revision) return stale_key();
  GEMINATE_TRY(UpstreamKey row, edited(id, patch));
  replace(row);
  return row;
}

Result<std::vector<UpstreamKey>> MemoryKeyStore::update_many(const std::vector<std::int64_t>& ids,
                                                             const KeyPatch& patch,
                                                             const Change& /*change*/) {
  // Two rows cannot both get one new text.
  if (patch.key_string.present && ids.size() > 1) return duplicate_key();
  std::vector<UpstreamKey> rows;
  rows.reserve(ids.size());
  for (const std::int64_t id : ids) {
    GEMINATE_TRY(UpstreamKey row, edited(id, patch));
    rows.push_back(std::move(row));
  }
  for (const UpstreamKey& row : rows) replace(row);
  return rows;
}

Status MemoryKeyStore::erase(const std::vector<std::int64_t>& ids, const Change& /*change*/) {
  for (const std::int64_t id : ids) {
    if (!rows_.contains(id)) return unknown_key(id);
  }
  for (const std::int64_t id : ids) {
    const auto found = rows_.find(id);
    if (found == rows_.end()) continue;
    ids_.erase(found->second.fingerprint);
    rows_.erase(found);
  }
  return Status::success();
}

Status MemoryKeyStore::save_findings(const std::vector<KeyFinding>& findings) {
  for (const KeyFinding& finding : findings) {
    const auto found = rows_.find(finding.id);
    if (found == rows_.end()) continue;
    UpstreamKey& row = found->second;
    row.last_used_at = finding.last_used_at;
    row.tokens_used = finding.tokens_used;
    row.used_day = finding.used_day;
    row.is_dead = finding.is_dead;
    row.dead_reason = finding.dead_reason;
  }
  return Status::success();
}

std::string MemoryKeyStore::fingerprint_of(const Secret& text) const {
  return keys::fingerprint_of(hash_key_, text);
}

}  // namespace geminate::keys
