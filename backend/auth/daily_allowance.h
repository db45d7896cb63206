#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

namespace geminate::auth {

/// An amount of a Pacific day that can be held within a limit and given back. Any thread, no lock: day and
/// amount share one atomic word, so what many threads reserve never exceeds the limit. Days are read as
/// keys::DailyCounter reads them: a clock that is set back by up to a day goes on counting on the later day.
class DailyAllowance {
 public:
  struct Reading {
    std::int32_t day = 0;
    std::int64_t amount = 0;
  };

  /// Takes the amount, unless it would go beyond the limit. Answers with the day it counts on, for giving it
  /// back.
  std::optional<std::int32_t> reserve(std::int32_t day, std::int64_t amount,
                                      std::optional<std::int64_t> limit = std::nullopt) {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    Reading next;
    do {
      const Reading reading = unpack(seen);
      next = counts_as(reading.day, day) ? reading : Reading{day, 0};
      if (limit && next.amount + amount > *limit) return std::nullopt;
      next.amount += amount;
    } while (!word_.compare_exchange_weak(seen, pack(next), std::memory_order_relaxed));
    return next.day;
  }

  /// Takes `amount` out again, if that day is still counted.
  void give_back(std::int32_t day, std::int64_t amount) {
    std::uint64_t seen = word_.load(std::memory_order_relaxed);
    Reading next;
    do {
      next = unpack(seen);
      if (next.day != day) return;
      next.amount -= amount;
    } while (!word_.compare_exchange_weak(seen, pack(next), std::memory_order_relaxed));
  }

  [[nodiscard]] std::int64_t amount_on(std::int32_t day) const {
    const Reading reading = this->reading();
    return counts_as(reading.day, day) ? reading.amount : 0;
  }
  [[nodiscard]] Reading reading() const { return unpack(word_.load(std::memory_order_relaxed)); }
  void set(const Reading& reading) { word_.store(pack(reading), std::memory_order_relaxed); }

 private:
  static constexpr int kAmountBits = 48;
  static constexpr std::int64_t kMaxAmount = (std::int64_t{1} << kAmountBits) - 1;
  static constexpr std::int32_t kMaxDay = 0xFFFF;

  static bool counts_as(std::int32_t stored, std::int32_t day) { return stored == day || stored == day + 1; }
  static std::uint64_t pack(const Reading& reading) {
    return static_cast<std::uint64_t>(std::clamp(reading.day, 0, kMaxDay)) << kAmountBits |
           static_cast<std::uint64_t>(std::clamp<std::int64_t>(reading.amount, 0, kMaxAmount));
  }
  static Reading unpack(std::uint64_t word) {
    return {static_cast<std::int32_t>(word >> kAmountBits), static_cast<std::int64_t>(word) & kMaxAmount};
  }

  std::atomic<std::uint64_t> word_{0};
};

}  // namespace geminate::auth
