#include "backend/keys/lanes.h"

namespace geminate::keys {
namespace {

template <class Visit>
void for_each_member(const ReadySet& set, std::size_t capacity, Visit&& visit) {
  for (std::uint32_t slot = 0; slot < capacity; ++slot) {
    if (set.contains(slot)) visit(slot);
  }
}

}  // namespace

Lane::Lane(std::size_t capacity)
    : ready(capacity),
      believed(capacity),
      doubtful(capacity),
      day_pressure(std::make_unique<std::atomic<std::uint8_t>[]>(capacity)),
      capacity_(capacity) {}

void Lane::begin_day(std::int32_t day) {
  if (pressure_day.exchange(day, std::memory_order_relaxed) == day) return;
  for (std::size_t i = 0; i < capacity_; ++i) day_pressure[i].store(0, std::memory_order_relaxed);
}

Lanes::Lanes(std::size_t capacity, std::uint8_t generation)
    : capacity_(capacity), generation_(generation), active_(capacity) {}

Lanes::~Lanes() {
  for (auto& lane : lanes_) delete lane.load(std::memory_order_relaxed);
}

Lane& Lanes::lane(ModelId model) {
  if (Lane* found = lanes_[model].load(std::memory_order_acquire)) return *found;
  const std::lock_guard lock(mutex_);
  if (Lane* found = lanes_[model].load(std::memory_order_acquire)) return *found;
  auto made = std::make_unique<Lane>(capacity_);
  for_each_member(active_, capacity_, [&](std::uint32_t slot) { made->ready.insert(slot); });
  lanes_[model].store(made.get(), std::memory_order_release);
  return *made.release();
}

void Lanes::set_active(std::uint32_t slot, bool is_active) {
  const std::lock_guard lock(mutex_);
  if (is_active) {
    active_.insert(slot);
    wake(slot);
  } else {
    active_.erase(slot);
  }
}

void Lanes::wake(std::uint32_t slot) {
  if (slot >= capacity_) return;
  for (auto& each : lanes_) {
    if (Lane* lane = each.load(std::memory_order_acquire)) lane->bring_back(slot);
  }
}

void Lanes::wake_all() {
  const std::lock_guard lock(mutex_);
  for_each_member(active_, capacity_, [this](std::uint32_t slot) { wake(slot); });
}

}  // namespace geminate::keys
