#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace geminate::proxy {

/// Keeps freed blocks of one size for the next who want one, up to kKept of them; each thread its own. What
/// comes from one thread may be given back on another.
template <std::size_t Size>
class SpareBlocks {
 public:
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A block that is used again would hide what the sanitizers look for.
  static constexpr std::size_t kKept = 0;
#else
  static constexpr std::size_t kKept = 128;
#endif

  static SpareBlocks& of_thread() {
    thread_local SpareBlocks spare;
    return spare;
  }

  /// `size` is at most Size.
  void* take([[maybe_unused]] std::size_t size) {
    return count_ > 0 ? blocks_[--count_] : ::operator new(Size);
  }

  void give(void* block) noexcept {
    if (count_ < kKept) {
      blocks_[count_++] = block;
    } else {
      ::operator delete(block);
    }
  }

  ~SpareBlocks() {
    while (count_ > 0) ::operator delete(blocks_[--count_]);
  }

 private:
  std::array<void*, kKept> blocks_;
  std::size_t count_ = 0;
};

}  // namespace geminate::proxy
