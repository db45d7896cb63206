#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "backend/keys/cooldowns.h"
#include "backend/keys/key_runtime.h"
#include "backend/keys/key_selector.h"
#include "backend/keys/rate_window.h"
#include "backend/keys/upstream_key.h"

namespace geminate::keys {

/// One key as requests see it: the row, frozen, and the way to what changes about it.
struct PoolEntry {
  UpstreamKey key;
  std::shared_ptr<KeyRuntime> runtime;
  std::shared_ptr<Cooldowns> cooldowns;
  /// Null when the row sets no limit.
  std::shared_ptr<RateWindow> minute;
  /// The runtime's epoch that this row's text belongs to.
  std::uint32_t epoch = 0;
};

/// The whole pool at one moment; never changes once published.
struct PoolSnapshot {
  /// By id, upwards.
  std::vector<std::shared_ptr<const PoolEntry>> entries;
  /// Over the positions in `entries` of the keys that the admin wants used.
  KeySelector selector;
};

}  // namespace geminate::keys
