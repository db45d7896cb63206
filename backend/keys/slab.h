#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <unordered_set>
#include <utility>
#include <vector>

namespace geminate::keys {

/// Many of one kind, side by side in blocks; they never move. One thread makes and retires them; others may
/// go on using what they hold: one that was retired ends when it is unused (`T::is_unused()`).
template <class T>
class Slab {
 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab() {
    const std::unordered_set<const void*> free(free_.begin(), free_.end());
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      const std::size_t count = block + 1 == blocks_.size() ? taken_ : kBlock;
      for (std::size_t i = 0; i < count; ++i) {
        void* place = &blocks_[block][i];
        if (!free.contains(place)) std::launder(static_cast<T*>(place))->~T();
      }
    }
  }

  template <class... Args>
  T& make(Args&&... args) {
    return *new (take_place()) T(std::forward<Args>(args)...);
  }
  void retire(T& one) { retired_.push_back(&one); }
  /// Ends those that were retired and are unused.
  void sweep() {
    std::erase_if(retired_, [this](T* one) {
      if (!one->is_unused()) return false;
      one->~T();
      free_.push_back(one);
      return true;
    });
  }

 private:
  static constexpr std::size_t kBlock = 256;
  struct Place {
    alignas(T) std::byte bytes[sizeof(T)];
  };

  void* take_place() {
    if (!free_.empty()) {
      void* place = free_.back();
      free_.pop_back();
      return place;
    }
    if (taken_ == kBlock) {
      blocks_.push_back(std::make_unique_for_overwrite<Place[]>(kBlock));
      taken_ = 0;
    }
    return &blocks_.back()[taken_++];
  }

  std::vector<std::unique_ptr<Place[]>> blocks_;
  /// Of the last block.
  std::size_t taken_ = kBlock;
  std::vector<void*> free_;
  std::vector<T*> retired_;
};

}  // namespace geminate::keys
