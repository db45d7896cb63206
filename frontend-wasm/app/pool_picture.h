#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/keys.h"
#include "shared/dto/pool.h"

namespace geminate::ui {

/// A key's state at a moment: KeyState's values, and one for keys that were not there yet.
inline constexpr std::size_t kNotYet = 7;
using StateCounts = std::array<std::uint32_t, kNotYet + 1>;

/// A key, or in large pools a run of them.
struct PoolCell {
  std::uint32_t first = 0;  // position in the list of keys
  std::uint32_t size = 0;
  StateCounts states{};

  /// What it is coloured by: the gravest state that any of its keys is in.
  [[nodiscard]] std::size_t worst() const;
};

/// A key that was not to be had at that moment.
struct FallenKey {
  std::uint32_t position = 0;  // in the list of keys
  std::int64_t id = 0;
  KeyState state = KeyState::Ready;
  std::optional<Timestamp> from, to;
  std::string model;
  std::string reason;
};

/// The whole pool at one moment.
struct PoolPicture {
  std::vector<PoolCell> cells;
  StateCounts totals{};
  std::vector<FallenKey> fallen;  // who fell last comes first
  std::size_t left_out = 0;       // of the fallen
};

struct PoolMoment {
  /// Nothing: now, as the list of keys has it.
  std::optional<Timestamp> at;
  /// Only the fallen of this cell.
  std::optional<std::size_t> cell;
};

inline constexpr std::size_t kMostCells = 1200;
inline constexpr std::size_t kMostFallen = 100;

/// Pure. Of the past the timeline tells; a key that it does not name was as it is now where that lasts
/// (disabled, dead, suspect), and else ready. A rest of a key's project is a rest of the key.
PoolPicture paint_pool(const std::vector<UpstreamKeyView>& keys, const KeyTimeline& timeline,
                       const PoolMoment& moment);

/// The nearest moment before or after `at` at which a key fell; nothing when there is none.
std::optional<Timestamp> fall_before(const KeyTimeline& timeline, Timestamp at);
std::optional<Timestamp> fall_after(const KeyTimeline& timeline, Timestamp at);

}  // namespace geminate::ui
