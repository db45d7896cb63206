#pragma once

#include <cstdint>
#include <vector>

#include "backend/keys/upstream_key.h"
#include "shared/core/change.h"

namespace geminate::keys {

// What the audit log says of changes of keys. A key's text is shown as lists show it, by its last four
// characters.

/// One row's settings; `before` is null for a new key, `after` for one that is deleted.
std::vector<FieldMove> key_moves(const UpstreamKey* before, const UpstreamKey* after);

/// The change of one key, in full.
Change key_change(const Change& change, const UpstreamKey* before, const UpstreamKey* after);

/// The change of many keys in one row: which, and what became of them all. `patch`: null where none was
/// applied.
Change keys_change(const Change& change, const std::vector<std::int64_t>& ids, const KeyPatch* patch);
Change keys_change(const Change& change, const std::vector<UpstreamKey>& rows);

}  // namespace geminate::keys
