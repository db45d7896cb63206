#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace geminate::ui {

using KeyId = std::int64_t;

/// The keys that are selected, by id: so it outlives sorting, filtering and reloading. Ids in rising order.
class KeySelection {
 public:
  bool empty() const { return ids_.empty(); }
  std::size_t size() const { return ids_.size(); }
  bool contains(KeyId id) const;
  const std::vector<KeyId>& ids() const { return ids_; }

  void add(KeyId id);
  void remove(KeyId id);
  void clear() { ids_.clear(); }
  /// Many at once, in any order.
  void add_all(std::vector<KeyId> ids);
  void remove_all(std::vector<KeyId> ids);
  /// Those of `ids` that are selected are not any more, and the other way round.
  void invert(std::vector<KeyId> ids);
  /// Keeps only these; they are in rising order.
  void keep_only(const std::vector<KeyId>& present);

 private:
  std::vector<KeyId> ids_;
};

}  // namespace geminate::ui
