#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>

namespace geminate::reactor {

/// Keeps freed blocks of one size for the next who want one, up to kKept of them; each thread its own. A loop
/// frees what a turn's requests held all at once, more of a size than the general allocator keeps at hand,
/// and asks for the same again in the next turn. What one thread took another may give back.
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

  void* take() { return count_ > 0 ? blocks_[--count_] : ::operator new(Size); }

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

/// Derive `T` from it, and each `new T` takes a spare block. For classes that nothing is derived from.
template <class T>
class FromSpareBlocks {
 public:
  static void* operator new(std::size_t /*size*/) { return SpareBlocks<sizeof(T)>::of_thread().take(); }
  static void operator delete(void* block) noexcept { SpareBlocks<sizeof(T)>::of_thread().give(block); }
};

/// For containers that nearly always hold `Usual` elements or reserve as many: those come from spare blocks.
template <class T, std::size_t Usual>
class SpareAllocator {
 public:
  using value_type = T;
  template <class Other>
  struct rebind {
    using other = SpareAllocator<Other, Usual>;
  };

  SpareAllocator() = default;
  template <class Other>
  SpareAllocator(const SpareAllocator<Other, Usual>& /*other*/) {}

  T* allocate(std::size_t count) {
    if (count != Usual) return std::allocator<T>().allocate(count);
    return static_cast<T*>(SpareBlocks<Usual * sizeof(T)>::of_thread().take());
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    if (count != Usual) return std::allocator<T>().deallocate(memory, count);
    SpareBlocks<Usual * sizeof(T)>::of_thread().give(memory);
  }

  bool operator==(const SpareAllocator& /*other*/) const { return true; }
};

}  // namespace geminate::reactor
