#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace geminate::keys {

/// Where a priority's turns are; it outlives snapshots, so that an edit does not start them anew. Each thread
/// counts turns of its own, as long as there are few: one number for all would be what they wait for.
struct TurnCursor {
  struct alignas(64) Count {
    std::atomic<std::uint64_t> turns{0};
  };
  static constexpr std::size_t kCounts = 16;
  std::array<Count, kCounts> counts;

  std::uint64_t next();
};
using TurnCursors = std::map<std::int32_t, std::shared_ptr<TurnCursor>>;

/// The keys of one priority: in turn, each as often as its weight says. Immutable but for the turns; any
/// thread, no lock.
class TurnTier {
 public:
  struct Member {
    std::uint32_t slot = 0;
    std::int32_t priority = 0;
    std::int32_t weight = 1;
  };
  struct Draw {
    std::uint32_t slot = 0;
    std::uint32_t weight = 1;
  };

  /// `members` have one priority and are not empty.
  TurnTier(const std::vector<Member>& members, std::shared_ptr<TurnCursor> cursor);

  /// Of the tier's weight, one unit a turn.
  using Unit = std::uint64_t;
  struct Drawn {
    /// Never more than there are members.
    std::size_t count = 0;
    /// Whose turn comes after those.
    Unit next = 0;
  };
  /// Fills `draws` with whose turn it is and the turns after that. The next call begins one turn later, so
  /// that a key that is passed over comes first soon.
  Drawn draw(std::span<Draw> draws) const {
    Drawn drawn{std::min(draws.size(), slots_.size()), begin_turn()};
    for (std::size_t i = 0; i < drawn.count; ++i, drawn.next = after(drawn.next)) draws[i] = at(drawn.next);
    return drawn;
  }
  /// The same for one, by its unit.
  [[nodiscard]] Unit begin_turn() const { return cursor_->next() % total_ * stride_ % total_; }
  /// The unit of the turn after that one's.
  [[nodiscard]] Unit after(Unit unit) const {
    return unit + stride_ < total_ ? unit + stride_ : unit + stride_ - total_;
  }
  [[nodiscard]] Draw at(Unit unit) const {
    return weight_ends_.empty() ? Draw{slots_[unit], 1} : weighted(unit);
  }
  /// Whether `at` takes so little that turns to come are worth a look.
  [[nodiscard]] bool is_foreseeable() const { return weight_ends_.empty(); }
  /// Has the memory on its way that `at` needs.
  void fetch(Unit unit) const { __builtin_prefetch(&slots_[unit]); }

  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  /// A word for each 64 slots, for ReadySet::find_from.
  [[nodiscard]] std::span<const std::uint64_t> mask() const { return mask_; }

 private:
  [[nodiscard]] Draw weighted(Unit unit) const;

  std::vector<std::uint32_t> slots_;
  /// Running totals of the weights; empty when all weights are alike.
  std::vector<std::uint64_t> weight_ends_;
  std::uint64_t total_ = 0;
  /// Without a common factor with total_, near its golden section: so many turns on, every unit of weight was
  /// met exactly once; a heavy key's turns lie well apart, and so do the turns that one draw shows: keys that
  /// were added together often rest together.
  std::uint64_t stride_ = 1;
  std::vector<std::uint64_t> mask_;
  std::shared_ptr<TurnCursor> cursor_;
};

/// The tiers of these keys, highest priority first. Takes over the turns of the priorities that `cursors`
/// knows and adds the others.
std::vector<std::shared_ptr<const TurnTier>> tiers_of(const std::vector<TurnTier::Member>& members,
                                                      TurnCursors& cursors);

}  // namespace geminate::keys
