#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace geminate::keys {

/// An amount that starts from nothing each Pacific day. Any thread, no lock: day and amount share one atomic
/// word. A clock that is set back by up to a day goes on counting on the later day; nobody gets a fresh
/// allowance by it.
class DailyCounter {
 public:
  struct Reading {
    std::int32_t day = 0;
    std::int64_t amount = 0;
  };

  void add(std::int32_t day, std::int64_t amount) {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    std::uint64_t next = 0;
    do {
      const Reading reading = unpack(seen);
      const bool same = counts_as(reading.day, day);
      next = same ? pack(reading.day, reading.amount + amount) : pack(day, amount);
    } while (!word_.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  }

  [[nodiscard]] std::int64_t amount_on(std::int32_t day) const {
    const Reading reading = this->reading();
    return counts_as(reading.day, day) ? reading.amount : 0;
  }

  [[nodiscard]] Reading reading() const { return unpack(word_.load(std::memory_order_relaxed)); }

  void set(std::int32_t day, std::int64_t amount) {
    word_.store(pack(day, amount), std::memory_order_relaxed);
  }

 private:
  static constexpr int kAmountBits = 48;
  static constexpr std::int64_t kMaxAmount = (std::int64_t{1} << kAmountBits) - 1;
  static constexpr std::int32_t kMaxDay = 0xFFFF;

  static bool counts_as(std::int32_t stored, std::int32_t day) { return stored == day || stored == day + 1; }
  static std::uint64_t pack(std::int32_t day, std::int64_t amount) {
    return static_cast<std::uint64_t>(std::clamp(day, 0, kMaxDay)) << kAmountBits |
           static_cast<std::uint64_t>(std::clamp<std::int64_t>(amount, 0, kMaxAmount));
  }
  static Reading unpack(std::uint64_t word) {
    return {static_cast<std::int32_t>(word >> kAmountBits), static_cast<std::int64_t>(word) & kMaxAmount};
  }

  std::atomic<std::uint64_t> word_{0};
};

}  // namespace geminate::keys
