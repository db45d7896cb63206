#pragma once

#include <chrono>
#include <optional>

#include "backend/keys/pool_snapshot.h"
#include "shared/core/error.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

struct Demand;

/// How a key stands for one model at one moment.
struct Standing {
  KeyState state = KeyState::Ready;
  /// In how long that ends by itself; none when it does not, or when the key is ready.
  std::optional<std::chrono::milliseconds> wait;
};

/// In how long the key's own limits (tokens of the day, requests of the minute) let a request through;
/// nothing when they do already.
std::optional<std::chrono::milliseconds> spent_for(const PoolEntry& entry, const Now& now);

/// Looks and takes nothing. When several things hold a key back the first of KeyState's descending order
/// names the state and the longest wait counts.
Standing standing_for(const PoolEntry& entry, ModelHash model, const Now& now);

/// Takes the key for one request: reserves its tokens and counts it, or changes nothing and says no.
bool try_take(const PoolEntry& entry, const Demand& demand, ModelHash model, const Now& now);

/// Why nothing could be taken; see KeyPool::acquire.
Error refusal(const PoolSnapshot& snapshot, const Demand& demand, const Now& now);

/// The row as the management API shows it.
UpstreamKeyView view_of(const PoolEntry& entry, const Now& now);

}  // namespace geminate::keys
