#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/audit/audit_log.h"
#include "backend/keys/key_store.h"
#include "backend/keys/packed_row.h"
#include "shared/core/secret.h"

namespace geminate::keys {

/// The store of memory mode: starts from the environment's keys, keeps every edit for the life of the process
/// and nothing longer. Thread rule as for every KeyStore.
class MemoryKeyStore final : public KeyStore {
 public:
  /// Ids from 1 on, in the list's order. Texts that no store would take and repetitions are passed over; the
  /// configuration has complained about the former.
  /// Changes leave their rows in `audit`, which outlives it; null: nowhere.
  explicit MemoryKeyStore(const std::vector<Secret>& environment_keys = {}, audit::AuditLog* audit = nullptr);

  [[nodiscard]] KeyStorageMode mode() const override { return KeyStorageMode::Memory; }
  Result<std::vector<UpstreamKey>> load() override;
  Result<std::vector<UpstreamKey>> insert(std::vector<UpstreamKey> rows, const Change& change) override;
  Result<UpstreamKey> update(std::int64_t id, const KeyPatch& patch, const Change& change) override;
  Result<std::vector<UpstreamKey>> update_many(const std::vector<std::int64_t>& ids, const KeyPatch& patch,
                                               const Change& change) override;
  Status erase(const std::vector<std::int64_t>& ids, const Change& change) override;
  Status save_findings(const std::vector<KeyFinding>& findings) override;
  [[nodiscard]] std::string fingerprint_of(const Secret& text) const override;

 private:
  /// The row as it would be after the edit; nothing is changed yet.
  [[nodiscard]] Result<UpstreamKey> edited(std::int64_t id, const KeyPatch& patch) const;
  void replace(const UpstreamKey& row);
  Status tell(const Change& change);
  void keep(const UpstreamKey& row);
  void drop(std::int64_t id);
  /// Who has this fingerprint.
  [[nodiscard]] std::optional<std::int64_t> owner_of(const std::string& fingerprint) const;
  /// Of a row that is there.
  [[nodiscard]] UpstreamKey row_of(std::int64_t id, const PackedRow& packed) const;

  Secret hash_key_;
  // Packed, as the pool's are: there may be 100,000.
  std::map<std::int64_t, PackedRowPtr> rows_;
  /// By the fingerprint's bytes, which stand in the rows.
  std::unordered_map<std::string_view, std::int64_t> ids_;
  std::unordered_map<std::int64_t, KeyFinding> findings_;
  std::int64_t next_id_ = 1;
  audit::AuditLog* audit_ = nullptr;
};

}  // namespace geminate::keys
