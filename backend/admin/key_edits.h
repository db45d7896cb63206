#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "backend/keys/key_pool.h"
#include "shared/dto/health.h"

namespace geminate::admin {

/// Who wants to know of an admin's edits. All called on the management thread.
struct KeyEditHooks {
  std::function<void(KeyEventKind, const std::vector<std::int64_t>& key_ids)> note;
  /// Keys that are new, or whose text is.
  std::function<void(const std::vector<std::int64_t>& key_ids)> added;
  /// Writes down what no store changes; what it tells of happens only when it succeeds.
  std::function<Status(const Change&)> audit;
  /// A check that an admin asks for.
  std::function<Result<KeyCheckJob>(const std::vector<std::int64_t>& key_ids)> check;
};

/// Edits of the pool by an admin, told to the hooks as far as they changed something. Management thread only.
class KeyEdits {
 public:
  /// `pool` is borrowed.
  KeyEdits(keys::KeyPool& pool, KeyEditHooks hooks);

  Result<UpstreamKeyView> add(const KeyDraft& draft, const Caller& who);
  Result<UpstreamKeyView> update(std::int64_t id, const KeyPatch& patch, const Caller& who);
  Status erase(std::int64_t id, const Caller& who);
  Result<KeyImportResult> import(const KeyImport& request, const Caller& who);
  Result<BulkResult> bulk(const KeyBulk& request, const Caller& who);

 private:
  keys::KeyPool& pool_;
  const KeyEditHooks hooks_;
};

}  // namespace geminate::admin
