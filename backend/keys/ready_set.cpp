#include "backend/keys/ready_set.h"

#include <bit>

namespace geminate::keys {
namespace {

std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }

}  // namespace

ReadySet::ReadySet(std::size_t capacity)
    : words_count_(words_for(capacity)),
      summary_count_(words_for(words_count_)),
      words_(std::make_unique<Word[]>(words_count_)),
      summary_(std::make_unique<Word[]>(summary_count_)) {}

void ReadySet::insert(std::uint32_t slot) {
  const std::size_t word = slot / kBits;
  const std::uint64_t bit = std::uint64_t{1} << (slot % kBits);
  if ((words_[word].load() & bit) != 0) return;
  words_[word].fetch_or(bit);
  summary_[word / kBits].fetch_or(std::uint64_t{1} << (word % kBits));
}

void ReadySet::erase(std::uint32_t slot) {
  const std::size_t word = slot / kBits;
  const std::uint64_t bit = std::uint64_t{1} << (slot % kBits);
  if ((words_[word].fetch_and(~bit) & ~bit) != 0) return;
  const std::uint64_t summary_bit = std::uint64_t{1} << (word % kBits);
  summary_[word / kBits].fetch_and(~summary_bit);
  // Somebody may have put another member into the word between the two steps.
  if (words_[word].load() != 0) summary_[word / kBits].fetch_or(summary_bit);
}

bool ReadySet::empty() const {
  for (std::size_t i = 0; i < summary_count_; ++i) {
    if (summary_[i].load(std::memory_order_relaxed) != 0) return false;
  }
  return true;
}

std::optional<std::uint32_t> ReadySet::find_between(std::size_t first, std::size_t end,
                                                    std::span<const std::uint64_t> mask) const {
  for (std::size_t group = first / kBits; group * kBits < end; ++group) {
    std::uint64_t candidates = summary_[group].load(std::memory_order_relaxed);
    if (group == first / kBits) candidates &= ~std::uint64_t{0} << (first % kBits);
    for (; candidates != 0; candidates &= candidates - 1) {
      const std::size_t word = group * kBits + static_cast<std::size_t>(std::countr_zero(candidates));
      if (word >= end) return std::nullopt;
      const std::uint64_t bits = masked(word, mask);
      if (bits != 0) return static_cast<std::uint32_t>(word * kBits + std::countr_zero(bits));
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> ReadySet::find_from(std::uint32_t from,
                                                 std::span<const std::uint64_t> mask) const {
  const std::size_t word = from / kBits;
  if (word >= words_count_) return find_between(0, words_count_, mask);
  const std::uint64_t rest = masked(word, mask) & (~std::uint64_t{0} << (from % kBits));
  if (rest != 0) return static_cast<std::uint32_t>(word * kBits + std::countr_zero(rest));
  if (const auto found = find_between(word + 1, words_count_, mask)) return found;
  return find_between(0, word + 1, mask);
}

}  // namespace geminate::keys
