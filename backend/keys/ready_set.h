#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace geminate::keys {

/// Which slots are worth a look: a set of small numbers that any thread changes and searches without a lock.
/// Beside the bits stands a summary, one bit a word, so that a search passes over empty stretches 4,096 slots
/// at a step. Its members are hints: whoever takes one looks at the truth behind it.
class ReadySet {
 public:
  explicit ReadySet(std::size_t capacity);

  [[nodiscard]] std::size_t capacity() const { return words_count_ * kBits; }
  [[nodiscard]] bool contains(std::uint32_t slot) const {
    return (words_[slot / kBits].load(std::memory_order_relaxed) >> (slot % kBits) & 1U) != 0;
  }
  void insert(std::uint32_t slot);
  void erase(std::uint32_t slot);
  [[nodiscard]] bool empty() const;

  /// The first member from `from` on, around the end if need be; only such as `mask` (a word for each 64
  /// slots; empty: all) has too. A member that comes or goes during the search may be missed or met.
  [[nodiscard]] std::optional<std::uint32_t> find_from(std::uint32_t from,
                                                       std::span<const std::uint64_t> mask) const;

 private:
  static constexpr std::size_t kBits = 64;
  using Word = std::atomic<std::uint64_t>;

  [[nodiscard]] std::optional<std::uint32_t> find_between(std::size_t first, std::size_t end,
                                                          std::span<const std::uint64_t> mask) const;
  [[nodiscard]] std::uint64_t masked(std::size_t word, std::span<const std::uint64_t> mask) const {
    const std::uint64_t bits = words_[word].load(std::memory_order_relaxed);
    return mask.empty() ? bits : word < mask.size() ? bits & mask[word] : 0;
  }

  std::size_t words_count_;
  std::size_t summary_count_;
  std::unique_ptr<Word[]> words_;
  std::unique_ptr<Word[]> summary_;
};

}  // namespace geminate::keys
