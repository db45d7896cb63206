#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "backend/keys/key_standing.h"
#include "backend/keys/published.h"

namespace geminate::keys {

/// Which project served the last request of a conversation or a long prefix. A fixed table of words, one for
/// each of so many numbers: whoever comes later takes the place. Any thread, no lock.
class AffinityTable {
 public:
  /// The slot that served this number last.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t affinity) const;
  void keep(std::uint64_t affinity, std::uint32_t slot);

 private:
  static constexpr std::size_t kPlaces = 1U << 16U;
  // 32 bits of the number, 32 of the slot + 1.
  std::unique_ptr<std::atomic<std::uint64_t>[]> words_ =
      std::make_unique<std::atomic<std::uint64_t>[]>(kPlaces);
};

/// A key that was taken for one request.
struct Taken {
  SlotMap::Entry entry;
  ModelLedger* ledger = nullptr;
};

/// Chooses a key for one demand out of one snapshot: the highest priority that has one free, there of a few
/// whose turn it is the one with the most headroom; those that were found to rest are taken out of the lane,
/// with their return noted. Constant time while a fair part of the keys is free, logarithmic when few are.
/// Lives on the stack of the thread that asks.
class KeyChoice {
 public:
  /// `version`: that of `published` when `snapshot` was read from it, or an earlier one.
  KeyChoice(const Published<PoolSnapshot>& published, std::uint64_t version, const PoolSnapshot& snapshot,
            AffinityTable& affinities, const Asked& asked);

  /// Takes one, or nothing.
  std::optional<Taken> take();
  /// In how long the first key comes back that only its quota or its own limits keep away; nothing when none
  /// will.
  [[nodiscard]] std::optional<std::chrono::milliseconds> first_return();

 private:
  enum class Depth : std::uint8_t { Ready, Believed, Doubtful };

  void bring_back_due();
  std::optional<Taken> take_owned();
  std::optional<Taken> take_sticky();
  std::optional<Taken> take_from(const TurnTier& tier);
  /// Of those beyond a limit.
  std::optional<Taken> take_beyond(const ReadySet& set, Depth depth);
  std::optional<Taken> search(const ReadySet& set, const TurnTier& tier, std::uint32_t from, Depth depth);
  /// Looks at the key and takes it if nothing is in the way; else notes what is.
  std::optional<Taken> try_slot(std::uint32_t slot, Depth depth);
  std::optional<Taken> claim(const SlotMap::Entry& entry, Depth depth);
  void set_aside(const SlotMap::Entry& entry, const Standing& standing);
  void set_aside_for_good(std::uint32_t slot);
  void schedule(const SlotMap::Entry& entry, const Standing& standing);
  [[nodiscard]] bool was_tried(std::int64_t id) const;
  /// A project may have keys that came after this snapshot and its lanes.
  [[nodiscard]] bool is_in_lane(std::uint32_t slot) const { return slot < snapshot_.lanes->capacity(); }
  /// How full its project is for the model, and what it has to do: requests of the last minute and those in
  /// flight.
  struct Load {
    std::uint32_t pressure = 0;
    std::int64_t requests = 0;
  };
  /// Null when nothing was asked of it yet.
  [[nodiscard]] const ModelLedger* ledger_of(std::uint32_t slot) const;
  [[nodiscard]] Load load_of(std::uint32_t slot) const;
  /// Has the memory on its way that the next few turns, from `unit` on, will need.
  void look_ahead(const TurnTier& tier, TurnTier::Unit unit) const;
  struct Candidate {
    TurnTier::Draw draw;
    /// As it was when the choice began: loads change while they are compared.
    Load load;
  };
  [[nodiscard]] Candidate candidate(const TurnTier::Draw& draw) const { return {draw, load_of(draw.slot)}; }
  /// Whether the first has less to bear than the second, weight for weight.
  static bool has_more_headroom(const Candidate& first, const Candidate& second);
  [[nodiscard]] bool still_away(Returns::Item& item) const;

  const Published<PoolSnapshot>& published_;
  const std::uint64_t version_;
  const PoolSnapshot& snapshot_;
  AffinityTable& affinities_;
  const Asked& asked_;
  Lane& lane_;
};

}  // namespace geminate::keys
