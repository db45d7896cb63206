#include "backend/usage/id_places.h"

#include <algorithm>

#include "backend/usage/id_filter.h"

namespace geminate::usage {
namespace {

constexpr std::size_t kFirstSlots = 64;

}  // namespace

std::uint16_t IdPlaces::place_of(std::int64_t id) {
  if (!ids_.empty() && ids_[last_] == id) return last_;
  if (2 * (ids_.size() + 1) > slots_.size()) grow();
  std::uint16_t& slot = slot_of(id);
  if (slot == kFree) {
    slot = static_cast<std::uint16_t>(ids_.size());
    ids_.push_back(id);
  }
  return last_ = slot;
}

std::uint16_t& IdPlaces::slot_of(std::int64_t id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = filter_hash(id) & mask;
  while (slots_[at] != kFree && ids_[slots_[at]] != id) at = (at + 1) & mask;
  return slots_[at];
}

void IdPlaces::grow() {
  slots_.assign(std::max(kFirstSlots, 2 * slots_.size()), kFree);
  for (std::size_t place = 0; place < ids_.size(); ++place)
    slot_of(ids_[place]) = static_cast<std::uint16_t>(place);
}

void IdPlaces::clear() {
  ids_.clear();
  std::fill(slots_.begin(), slots_.end(), kFree);
  last_ = 0;
}

}  // namespace geminate::usage
