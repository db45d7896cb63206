#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend/keys/upstream_key.h"

namespace geminate::keys {

/// What the pool found out about a key since the last save.
struct KeyFinding {
  std::int64_t id = 0;
  std::optional<Timestamp> last_used_at{};
  std::int64_t tokens_used = 0;
  std::int32_t used_day = 0;
  bool is_dead = false;
  std::string dead_reason{};
};

/// Where keys are kept. Two implementations: MemoryKeyStore and storage::SqlKeyStore; one contract suite
/// tests both. Calls block; one thread at a time (the management thread). An acknowledged change is durable
/// when the call returns, as far as the mode keeps anything.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  [[nodiscard]] virtual KeyStorageMode mode() const = 0;

  virtual Result<std::vector<UpstreamKey>> load() = 0;

  /// Adds rows in one transaction and gives them id, fingerprint, created_at and revision 1. A text that is
  /// there already (or twice in `rows`) fails with Conflict and nothing is added.
  virtual Result<std::vector<UpstreamKey>> insert(std::vector<UpstreamKey> rows, const Change& change) = 0;

  /// Applies the edit to the row and raises its revision. NotFound; Conflict when `patch.revision` is stale
  /// or a new text is a duplicate; BadRequest with the field. Nothing changes on failure.
  virtual Result<UpstreamKey> update(std::int64_t id, const KeyPatch& patch, const Change& change) = 0;

  /// The same edit on many rows in one transaction (its `revision` is not looked at); NotFound and no change
  /// if one is missing.
  virtual Result<std::vector<UpstreamKey>> update_many(const std::vector<std::int64_t>& ids,
                                                       const KeyPatch& patch, const Change& change) = 0;

  /// Deletes the rows in one transaction; NotFound and no change if one is missing.
  virtual Status erase(const std::vector<std::int64_t>& ids, const Change& change) = 0;

  /// Saves findings; unknown ids are passed over. Not an edit: revisions stay.
  virtual Status save_findings(const std::vector<KeyFinding>& findings) = 0;

  /// The fingerprint `insert` would give this text.
  [[nodiscard]] virtual std::string fingerprint_of(const Secret& text) const = 0;
};

}  // namespace geminate::keys
