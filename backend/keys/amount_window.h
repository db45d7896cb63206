#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "shared/core/time.h"

namespace geminate::keys {

/// The sum of what was taken in the last 60 seconds, held within a limit. Any thread, no lock. The limit
/// comes with each call, so that an edit of it forgets nothing.
///
/// Amounts lie in cells of a quarter of a second. A cell leaves the sum a minute after the *last* amount that
/// was put in, so the sum is never too small and may keep an amount for up to 250 ms too long. The sum is one
/// atomic number that is raised before an amount lies in its cell and lowered after it was taken out: what
/// `reserve` lets in never exceeds the limit, whoever else is at work.
class AmountWindow {
 public:
  /// Where an amount lies, for giving it back.
  using Place = std::int64_t;
  static constexpr Place kNowhere = -1;

  struct Reading {
    std::int64_t amount = 0;
    /// Until nothing is in the window any more.
    std::chrono::milliseconds until_empty{0};
  };

  /// Takes the amount and says where it lies, or says in how long it fits. An amount above the limit counts
  /// as the limit: it fits when the window is empty. Both at least 0.
  std::optional<std::chrono::milliseconds> reserve(std::int64_t amount, std::int64_t limit, MonotonicTime now,
                                                   Place& place);
  /// Takes it in any case.
  void add(std::int64_t amount, MonotonicTime now);
  /// Takes up to `amount` out of that place again; what has left the window by itself is passed over.
  void give_back(Place place, std::int64_t amount);
  [[nodiscard]] Reading reading(MonotonicTime now);

 private:
  static constexpr std::size_t kSlots = 256;
  /// Its cell's number (the low bits), when in the cell the last amount came, and how much lies there.
  using Slot = std::atomic<std::uint64_t>;

  [[nodiscard]] Slot& slot(std::int64_t cell) { return slots_[static_cast<std::uint64_t>(cell) % kSlots]; }
  /// `now` in milliseconds, or the latest time that any thread came with: here time never goes backwards.
  std::int64_t arrive_at(MonotonicTime now);
  /// Takes what has become too old out of the sum.
  void expire(std::int64_t time);
  void expire_slot(Slot& slot, std::int64_t time);
  Place put(std::int64_t amount, std::int64_t time);
  [[nodiscard]] std::chrono::milliseconds wait_until_fewer_by(std::int64_t excess, std::int64_t time);

  std::array<Slot, kSlots> slots_{};
  std::atomic<std::int64_t> sum_{0};
  std::atomic<std::int64_t> latest_{0};
  /// No cell up to this one holds anything.
  std::atomic<std::int64_t> expired_up_to_{0};
};

}  // namespace geminate::keys
