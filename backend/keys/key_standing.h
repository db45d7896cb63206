#pragma once

#include <cstdint>
#include <string>

#include "backend/keys/pool_snapshot.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

struct Demand;

/// A demand as the pool looks at it: its model found, its time taken apart, once for all keys.
struct Asked {
  Asked(const Demand& demand, ModelTable& models, const Now& now);

  const Demand& demand;
  ModelHash hash;
  ModelId model;
  const QuotaLimits& beliefs;
  LedgerTime time;
  std::int64_t tokens;
};

/// What keeps a key from serving, the mildest last: the first one that holds counts.
enum class Obstacle : std::uint8_t {
  /// Disabled, expired, deleted: comes back with an edit.
  Gone,
  /// Comes back with a check or another text.
  Dead,
  /// A suspect that is benched.
  Benched,
  /// Over its own limit of the day or the minute.
  Spent,
  /// Google said that this model's quota of its project is spent.
  Resting,
  /// Its project's ledger says so.
  Full,
  Probing,
  Doubtful,
  Believed,
  None,
};

struct Standing {
  Obstacle obstacle = Obstacle::None;
  /// In how long it may have changed by itself; nothing where it does not. Several things may hold a key
  /// back: the longest wait counts.
  std::int64_t wait_ms = 0;
  /// Whether what holds it back holds for all keys of its project.
  bool is_projects = false;
};

/// Looks and takes nothing.
Standing standing_of(const PoolEntry& entry, const Asked& asked);

/// In how long the key's own limits (tokens of the day, requests of the minute) let a request through;
/// nothing when they do already.
std::optional<std::chrono::milliseconds> spent_for(const PoolEntry& entry, const Now& now);

/// What is found of a key: the first state that holds, in the contract's order, and what it was found by.
struct Finding {
  KeyState state = KeyState::Ready;
  HealthNote health;                               // of a dead or suspect key
  std::optional<std::chrono::milliseconds> spent;  // in how long a spent one has its own limits back
};
/// `rests`: whether something of its project does.
Finding find_state(const PoolEntry& entry, bool rests, const Now& now);

/// The row as the management API shows it.
UpstreamKeyView view_of(const PoolEntry& entry, std::string fingerprint, const ModelTable& models,
                        const Now& now);

}  // namespace geminate::keys
