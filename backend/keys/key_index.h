#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace geminate::keys {

/// Slots by the ids of their keys, in order. Ids that are new are mostly the highest; those that go leave a
/// hole until `tidy`.
class KeyIndex {
 public:
  [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t id) const {
    const std::size_t at = place_of(id);
    if (at == ids_.size() || ids_[at] != id || slots_[at] == kNone) return std::nullopt;
    return slots_[at];
  }
  void put(std::int64_t id, std::uint32_t slot) {
    const std::size_t at = place_of(id);
    if (at == ids_.size() || ids_[at] != id) {
      ids_.insert(ids_.begin() + static_cast<std::ptrdiff_t>(at), id);
      slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(at), slot);
      return;
    }
    holes_ -= slots_[at] == kNone ? 1 : 0;
    slots_[at] = slot;
  }
  void remove(std::int64_t id) {
    const std::size_t at = place_of(id);
    if (at == ids_.size() || ids_[at] != id || slots_[at] == kNone) return;
    slots_[at] = kNone;
    ++holes_;
  }
  [[nodiscard]] std::size_t size() const { return ids_.size() - holes_; }
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// Calls `visit(id, slot)` with each, upwards.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (slots_[i] != kNone) visit(ids_[i], slots_[i]);
    }
  }

  /// As small as it can be.
  void tidy() {
    if (holes_ > 0) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < ids_.size(); ++i) {
        if (slots_[i] == kNone) continue;
        ids_[kept] = ids_[i];
        slots_[kept++] = slots_[i];
      }
      ids_.resize(kept);
      slots_.resize(kept);
      holes_ = 0;
    }
    ids_.shrink_to_fit();
    slots_.shrink_to_fit();
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] std::size_t place_of(std::int64_t id) const {
    if (ids_.empty() || ids_.back() < id) return ids_.size();
    return static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
  }

  std::vector<std::int64_t> ids_;
  std::vector<std::uint32_t> slots_;
  std::size_t holes_ = 0;
};

}  // namespace geminate::keys
