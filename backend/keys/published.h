#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace geminate::keys {

/// How many threads can read without a lock at the same time; more still work, through the lock.
inline constexpr std::size_t kReaderSlots = 256;

/// A number that no other living thread has, below kReaderSlots, or kReaderSlots when all are taken. Given
/// back when the thread ends.
std::size_t reader_slot();

/// A value that one writer replaces and many threads read. Each reading thread keeps the snapshot it saw last
/// in a slot of its own; as long as nothing was published since, a read is one atomic load and touches no
/// shared counter. A thread that reads no more keeps its last snapshot alive until it ends or this object
/// does.
template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> first) : current_(std::move(first)) {}
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  /// Once this returns, every read that begins later sees `next`.
  void publish(std::shared_ptr<const T> next) {
    const std::lock_guard lock(mutex_);
    current_.swap(next);
    version_.fetch_add(1);
  }

  /// Counts what was published. Unchanged before and after something was done: it was done with the newest.
  [[nodiscard]] std::uint64_t version() const { return version_.load(); }

  /// The newest snapshot. The reference holds until this thread reads from this object again: copy the
  /// pointer to keep it.
  [[nodiscard]] const std::shared_ptr<const T>& read() const {
    const std::size_t index = reader_slot();
    if (index >= kReaderSlots) return read_without_slot();
    Slot& slot = slots_[index];
    if (slot.version != version_.load(std::memory_order_acquire)) refresh(slot);
    return slot.value;
  }

  /// The newest snapshot for whoever keeps it longer; takes the lock.
  [[nodiscard]] std::shared_ptr<const T> snapshot() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

 private:
  struct alignas(64) Slot {
    std::uint64_t version = 0;
    std::shared_ptr<const T> value;
  };

  void refresh(Slot& slot) const {
    // The old snapshot may be the last of its kind; it is let go after the lock.
    std::shared_ptr<const T> old;
    const std::lock_guard lock(mutex_);
    old.swap(slot.value);
    slot.value = current_;
    slot.version = version_.load(std::memory_order_relaxed);
  }

  const std::shared_ptr<const T>& read_without_slot() const {
    thread_local std::shared_ptr<const T> held;
    held = snapshot();
    return held;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const T> current_;
  /// Begins at 1: a slot that was never used is out of date.
  std::atomic<std::uint64_t> version_{1};
  /// One cache line each, and only ever touched by the thread that has the number.
  std::unique_ptr<Slot[]> slots_ = std::make_unique<Slot[]>(kReaderSlots);
};

}  // namespace geminate::keys
