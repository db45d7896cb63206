#include "backend/keys/published.h"

#include <vector>

namespace geminate::keys {
namespace {

/// The numbers that no living thread has. Never destroyed: threads may end after main has.
struct FreeSlots {
  std::mutex mutex;
  std::vector<std::size_t> numbers;

  FreeSlots() {
    for (std::size_t number = kReaderSlots; number > 0; --number) numbers.push_back(number - 1);
  }
};

FreeSlots& free_slots() {
  static auto* const slots = new FreeSlots;
  return *slots;
}

/// One thread's claim. The mutex also hands what the former owner wrote into its slots to the next one.
struct Claim {
  std::size_t number = kReaderSlots;

  Claim() {
    FreeSlots& slots = free_slots();
    const std::lock_guard lock(slots.mutex);
    if (slots.numbers.empty()) return;
    number = slots.numbers.back();
    slots.numbers.pop_back();
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() {
    if (number == kReaderSlots) return;
    FreeSlots& slots = free_slots();
    const std::lock_guard lock(slots.mutex);
    slots.numbers.push_back(number);
  }
};

}  // namespace

std::size_t reader_slot() {
  thread_local const Claim claim;
  return claim.number;
}

}  // namespace geminate::keys
