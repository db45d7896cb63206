#include "backend/keys/amount_window.h"

#include <algorithm>

namespace geminate::keys {
namespace {

constexpr std::int64_t kWindow = 60'000;
constexpr std::int64_t kCell = 250;
constexpr std::int64_t kCellsOfWindow = kWindow / kCell;

constexpr int kAmountBits = 32;
constexpr int kOffsetBits = 8;
constexpr int kTagBits = 24;
constexpr std::int64_t kMaxAmount = (std::int64_t{1} << kAmountBits) - 1;
constexpr std::int64_t kTags = std::int64_t{1} << kTagBits;

/// A slot's word, apart.
struct Cell {
  /// The cell's number modulo kTags: 48 days.
  std::int64_t tag = 0;
  /// Milliseconds into the cell at which the last amount came.
  std::int64_t offset = 0;
  std::int64_t amount = 0;
};

Cell unpack(std::uint64_t word) {
  const auto bits = static_cast<std::int64_t>(word & ((std::uint64_t{1} << (kAmountBits + kOffsetBits)) - 1));
  return {static_cast<std::int64_t>(word >> (kAmountBits + kOffsetBits)), bits >> kAmountBits,
          bits & kMaxAmount};
}

std::uint64_t pack(const Cell& cell) {
  return static_cast<std::uint64_t>(cell.tag) << (kAmountBits + kOffsetBits) |
         static_cast<std::uint64_t>(cell.offset) << kAmountBits | static_cast<std::uint64_t>(cell.amount);
}

/// The number of the cell, from its low bits and the time at which it is looked at.
std::int64_t number_of(const Cell& cell, std::int64_t time) {
  const std::int64_t current = time / kCell;
  std::int64_t ahead = (cell.tag - current % kTags + kTags) % kTags;
  // More than a minute ahead is no time that another thread came with, but a leftover of days ago.
  if (ahead > kCellsOfWindow) ahead -= kTags;
  return current + ahead;
}

std::int64_t end_of(const Cell& cell, std::int64_t time) {
  return number_of(cell, time) * kCell + cell.offset + kWindow;
}

void raise(std::atomic<std::int64_t>& value, std::int64_t to) {
  std::int64_t seen = value.load(std::memory_order_relaxed);
  while (seen < to && !value.compare_exchange_weak(seen, to, std::memory_order_relaxed)) {
  }
}

}  // namespace

std::int64_t AmountWindow::arrive_at(MonotonicTime now) {
  const std::int64_t time =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  raise(latest_, time);
  return latest_.load(std::memory_order_relaxed);
}

void AmountWindow::expire_slot(Slot& slot, std::int64_t time) {
  std::uint64_t word = slot.load(std::memory_order_acquire);
  for (;;) {
    const Cell cell = unpack(word);
    if (cell.amount == 0 || end_of(cell, time) > time) return;
    if (slot.compare_exchange_weak(word, 0, std::memory_order_acq_rel)) {
      sum_.fetch_sub(cell.amount, std::memory_order_relaxed);
      return;
    }
  }
}

void AmountWindow::expire(std::int64_t time) {
  // The oldest cell may have ended or not, it depends on when in it the last amount came; those before it
  // have.
  const std::int64_t oldest = time / kCell - kCellsOfWindow;
  const std::int64_t first = std::max(expired_up_to_.load(std::memory_order_acquire) + 1,
                                      oldest - static_cast<std::int64_t>(kSlots) + 1);
  for (std::int64_t cell = first; cell <= oldest; ++cell) expire_slot(slot(cell), time);
  raise(expired_up_to_, oldest - 1);
}

AmountWindow::Place AmountWindow::put(std::int64_t amount, std::int64_t time) {
  std::int64_t place = time / kCell;
  Slot& target = slot(place);
  std::uint64_t word = target.load(std::memory_order_acquire);
  for (;;) {
    const Cell found = unpack(word);
    const bool is_live = found.amount > 0 && end_of(found, time) > time;
    Cell next{place % kTags, time % kCell, amount};
    if (is_live) {
      // Another thread may be a round ahead of one that was held up; its cell lasts longer, so that is safe.
      place = std::max(place, number_of(found, time));
      const bool same = found.tag == next.tag;
      next = {found.tag, same ? std::max(found.offset, next.offset) : found.offset, found.amount + amount};
    }
    const std::int64_t beyond = std::max<std::int64_t>(next.amount - kMaxAmount, 0);
    next.amount -= beyond;
    if (!target.compare_exchange_weak(word, pack(next), std::memory_order_acq_rel)) continue;
    const std::int64_t gone = beyond + (is_live ? 0 : found.amount);
    if (gone > 0) sum_.fetch_sub(gone, std::memory_order_relaxed);
    return place;
  }
}

std::chrono::milliseconds AmountWindow::wait_until_fewer_by(std::int64_t excess, std::int64_t time) {
  const std::int64_t oldest = time / kCell - kCellsOfWindow;
  for (std::int64_t number = oldest; number < oldest + static_cast<std::int64_t>(kSlots); ++number) {
    const Cell cell = unpack(slot(number).load(std::memory_order_acquire));
    const std::int64_t wait = end_of(cell, time) - time;
    if (cell.amount == 0 || wait <= 0) continue;
    excess -= cell.amount;
    if (excess <= 0) return std::chrono::milliseconds{wait};
  }
  // The rest is on its way into the newest cell.
  return std::chrono::milliseconds{kWindow};
}

std::optional<std::chrono::milliseconds> AmountWindow::reserve(std::int64_t amount, std::int64_t limit,
                                                               MonotonicTime now, Place& place) {
  amount = std::min(amount, limit);
  const std::int64_t time = arrive_at(now);
  expire(time);
  std::int64_t seen = sum_.load(std::memory_order_relaxed);
  do {
    if (seen + amount > limit) return wait_until_fewer_by(seen + amount - limit, time);
  } while (!sum_.compare_exchange_weak(seen, seen + amount, std::memory_order_relaxed));
  place = amount > 0 ? put(amount, time) : kNowhere;
  return std::nullopt;
}

void AmountWindow::add(std::int64_t amount, MonotonicTime now) {
  if (amount <= 0) return;
  const std::int64_t time = arrive_at(now);
  expire(time);
  amount = std::min(amount, kMaxAmount);
  sum_.fetch_add(amount, std::memory_order_relaxed);
  put(amount, time);
}

void AmountWindow::give_back(Place place, std::int64_t amount) {
  if (place == kNowhere || amount <= 0) return;
  Slot& target = slot(place);
  std::uint64_t word = target.load(std::memory_order_acquire);
  for (;;) {
    Cell cell = unpack(word);
    if (cell.amount == 0 || cell.tag != place % kTags) return;
    const std::int64_t taken = std::min(amount, cell.amount);
    cell.amount -= taken;
    if (!target.compare_exchange_weak(word, pack(cell), std::memory_order_acq_rel)) continue;
    sum_.fetch_sub(taken, std::memory_order_relaxed);
    return;
  }
}

AmountWindow::Reading AmountWindow::reading(MonotonicTime now) {
  const std::int64_t time = arrive_at(now);
  expire(time);
  Reading reading;
  reading.amount = std::max<std::int64_t>(sum_.load(std::memory_order_relaxed), 0);
  const std::int64_t oldest = time / kCell - kCellsOfWindow;
  for (std::int64_t number = oldest + static_cast<std::int64_t>(kSlots) - 1; number >= oldest; --number) {
    const Cell cell = unpack(slot(number).load(std::memory_order_acquire));
    if (cell.amount == 0) continue;
    reading.until_empty = std::chrono::milliseconds{std::max<std::int64_t>(end_of(cell, time) - time, 0)};
    if (reading.until_empty.count() > 0) break;
  }
  return reading;
}

}  // namespace geminate::keys
