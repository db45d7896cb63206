#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "backend/keys/key_runtime.h"
#include "backend/keys/lanes.h"
#include "backend/keys/project.h"
#include "backend/keys/rate_window.h"
#include "backend/keys/turn_tier.h"
#include "backend/keys/upstream_key.h"

namespace geminate::keys {

/// One key as requests see it: the row, frozen, and the way to what changes about it.
struct PoolEntry {
  // What every choice looks at stands together in front: one or two lines of memory.
  std::shared_ptr<Project> project;
  std::shared_ptr<KeyRuntime> runtime;
  std::int64_t id = 0;
  /// The end of time when it does not expire.
  Timestamp expires_at = Timestamp::max();
  bool is_active = true;
  bool has_day_limit = false;
  /// Null when the row sets no limit.
  std::shared_ptr<RateWindow> minute;
  /// The runtime's epoch that this row's text belongs to.
  std::uint32_t epoch = 0;
  /// Its place in the pool for as long as the key is in it; used again after that.
  std::uint32_t slot = 0;

  /// The row itself; what stands above of it is a copy.
  UpstreamKey key;
};

/// Entries by slot, in pieces that snapshots share: an edit copies one piece and the list of them.
class SlotMap {
 public:
  using Entry = std::shared_ptr<const PoolEntry>;

  /// Null where there is none.
  [[nodiscard]] const Entry& at(std::uint32_t slot) const {
    static const Entry kNone;
    const std::size_t chunk = slot / kChunk;
    if (chunk >= chunks_.size() || chunks_[chunk] == nullptr) return kNone;
    return (*chunks_[chunk])[slot % kChunk];
  }
  void set(std::uint32_t slot, Entry entry) {
    const std::size_t chunk = slot / kChunk;
    if (chunk >= chunks_.size()) {
      chunks_.resize(chunk + 1);
      is_own_.resize(chunk + 1);
    }
    auto& piece = chunks_[chunk];
    // A piece that a snapshot may hold as well is never changed.
    if (!is_own_[chunk])
      piece = piece == nullptr ? std::make_shared<Chunk>() : std::make_shared<Chunk>(*piece);
    is_own_[chunk] = true;
    (*piece)[slot % kChunk] = std::move(entry);
  }
  /// For a snapshot: from now on this map's pieces are copied before they are changed.
  SlotMap share() {
    is_own_.assign(is_own_.size(), false);
    return *this;
  }
  [[nodiscard]] std::size_t capacity() const { return chunks_.size() * kChunk; }

 private:
  static constexpr std::size_t kChunk = 256;
  using Chunk = std::array<Entry, kChunk>;
  std::vector<std::shared_ptr<Chunk>> chunks_;
  /// Whether nobody else can hold the piece.
  std::vector<bool> is_own_;
};

/// The whole pool at one moment; never changes once published, but for what its lanes find out.
struct PoolSnapshot {
  using IdSlot = std::pair<std::int64_t, std::uint32_t>;

  SlotMap entries;
  /// By id, upwards.
  std::shared_ptr<const std::vector<IdSlot>> ids = std::make_shared<const std::vector<IdSlot>>();
  /// Of the keys that the admin wants used, highest priority first.
  std::vector<std::shared_ptr<const TurnTier>> tiers;
  std::shared_ptr<Lanes> lanes;

  [[nodiscard]] std::optional<std::uint32_t> slot_of(std::int64_t id) const {
    const auto found = std::lower_bound(ids->begin(), ids->end(), IdSlot{id, 0});
    if (found == ids->end() || found->first != id) return std::nullopt;
    return found->second;
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [id, slot] : *ids) visit(entries.at(slot));
  }
};

}  // namespace geminate::keys
