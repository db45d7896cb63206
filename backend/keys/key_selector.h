#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace geminate::keys {

/// Where a priority's turn is; it outlives snapshots, so that an edit does not start the turn anew.
struct alignas(64) TurnCursor {
  std::atomic<std::uint64_t> turns{0};
};
using TurnCursors = std::map<std::int32_t, std::shared_ptr<TurnCursor>>;

/// Chooses among the keys of a snapshot: the highest priority that has a key free, and there in turn, each as
/// often as its weight says. Immutable but for the turns; any thread, no lock.
class KeySelector {
 public:
  struct Candidate {
    /// Position in the snapshot.
    std::uint32_t position = 0;
    std::int32_t priority = 0;
    std::int32_t weight = 1;
  };

  KeySelector() = default;
  /// Takes over the turns of the priorities that `cursors` knows and adds the others.
  KeySelector(const std::vector<Candidate>& candidates, TurnCursors& cursors);

  /// Offers positions to `take` until it accepts one. A few are drawn in turn, so that the share of keys that
  /// rest is spread evenly over the others; if all of those rest, every key of the priority is offered once,
  /// then the next priority's. Constant time while most keys are free.
  template <class Take>
  std::optional<std::uint32_t> select(Take&& take) const {
    for (const Ring& ring : rings_) {
      std::size_t member = 0;
      const std::size_t draws = ring.members.size() == 1 ? 1 : kDraws;
      for (std::size_t draw = 0; draw < draws; ++draw) {
        member = ring.draw();
        if (take(ring.members[member])) return ring.members[member];
      }
      for (std::size_t step = 1; step < ring.members.size(); ++step) {
        const std::uint32_t position = ring.members[(member + step) % ring.members.size()];
        if (take(position)) return position;
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kDraws = 4;

  /// The keys of one priority.
  struct Ring {
    std::vector<std::uint32_t> members;
    /// Running totals of the weights; empty when all weights are alike.
    std::vector<std::uint64_t> weight_ends;
    std::uint64_t total = 0;
    /// Without a common factor with `total`, near its golden section: so many turns on, every unit of weight
    /// was met exactly once, and a heavy key's turns lie well apart.
    std::uint64_t stride = 1;
    std::shared_ptr<TurnCursor> cursor;

    [[nodiscard]] std::size_t draw() const;
  };

  static Ring ring_of(const std::vector<Candidate>& candidates);

  std::vector<Ring> rings_;
};

}  // namespace geminate::keys
