#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/keys/key_index.h"
#include "backend/keys/lanes.h"
#include "backend/keys/pool_entry.h"
#include "backend/keys/turn_tier.h"

namespace geminate::keys {

/// Entries by slot, in pieces that snapshots share: an edit copies one piece and the list of them.
class SlotMap {
 public:
  using Entry = Ref<const PoolEntry>;

  /// Null where there is none.
  [[nodiscard]] const Entry& at(std::uint32_t slot) const {
    static const Entry kNone;
    const std::size_t chunk = slot / kChunk;
    if (chunk >= chunks_.size() || chunks_[chunk] == nullptr) return kNone;
    return (*chunks_[chunk])[slot % kChunk];
  }
  /// Has the memory on its way that `at` needs; `slot` below capacity.
  void fetch(std::uint32_t slot) const { __builtin_prefetch(&(*chunks_[slot / kChunk])[slot % kChunk]); }
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
  SlotMap entries;
  std::shared_ptr<const KeyIndex> index = std::make_shared<const KeyIndex>();
  /// Of the keys that the admin wants used, highest priority first.
  std::vector<std::shared_ptr<const TurnTier>> tiers;
  std::shared_ptr<Lanes> lanes;

  [[nodiscard]] std::optional<std::uint32_t> slot_of(std::int64_t id) const { return index->find(id); }
  /// The key's, or when it is gone that of any key of its project, for which all keys are looked through.
  [[nodiscard]] std::optional<std::uint32_t> slot_of_owner(std::int64_t id, std::string_view project) const {
    auto slot = slot_of(id);
    if (slot || project.empty()) return slot;
    for_each([&](const SlotMap::Entry& entry) {
      if (!slot && entry->project().name() == project) slot = entry->slot();
    });
    return slot;
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    index->for_each([&](std::int64_t, std::uint32_t slot) { visit(entries.at(slot)); });
  }
};

}  // namespace geminate::keys
