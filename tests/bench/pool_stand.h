#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backend/keys/key_pool.h"
#include "backend/keys/memory_key_store.h"

namespace geminate::bench {

inline constexpr std::string_view kModel = "gemini-2.5-flash";

/// How many keys, and how many of them share a project.
struct Shape {
  std::size_t keys = 100'000;
  std::size_t keys_per_project = 5;

  [[nodiscard]] std::size_t projects() const { return keys / keys_per_project; }
};

/// A pool that is brought into the state to measure. One thread, but for `pool`.
class PoolStand {
 public:
  explicit PoolStand(const Shape& shape);

  /// Refuses one request of each project, so that its limits are known and high, and lets the refusals pass.
  void teach_limits();
  /// Lets projects rest for an hour until the pool has refused everything or `share` of them do.
  void rest(double share);

  /// Each reading is a little later than the one before, as with requests that come one after the other.
  Now tick();

  [[nodiscard]] keys::KeyPool& pool() { return pool_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  /// Heap that the pool took for itself, the keys' texts apart.
  [[nodiscard]] double bytes_per_key() const;
  /// Bytes on the heap that have been taken since the pool was made, the texts apart.
  [[nodiscard]] double bytes_per_key_now() const;

 private:
  void fill_store();

  Shape shape_;
  keys::MemoryKeyStore store_;
  keys::KeyPool pool_{store_};
  Now now_;
  std::size_t heap_before_ = 0;
  std::size_t heap_after_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace geminate::bench
