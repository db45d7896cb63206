#include "backend/keys/key_selector.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace geminate::keys {
namespace {

std::uint64_t stride_for(std::uint64_t total) {
  constexpr double kGoldenSection = 0.6180339887498949;
  auto stride =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(total) * kGoldenSection));
  while (std::gcd(stride, total) != 1) ++stride;
  return stride;
}

}  // namespace

KeySelector::KeySelector(const std::vector<Candidate>& candidates, TurnCursors& cursors) {
  std::map<std::int32_t, std::vector<Candidate>, std::greater<>> by_priority;
  for (const Candidate& candidate : candidates) by_priority[candidate.priority].push_back(candidate);
  for (const auto& [priority, members] : by_priority) {
    Ring ring = ring_of(members);
    auto& cursor = cursors[priority];
    if (cursor == nullptr) cursor = std::make_shared<TurnCursor>();
    ring.cursor = cursor;
    rings_.push_back(std::move(ring));
  }
}

KeySelector::Ring KeySelector::ring_of(const std::vector<Candidate>& candidates) {
  Ring ring;
  bool all_alike = true;
  for (const Candidate& candidate : candidates) {
    ring.members.push_back(candidate.position);
    all_alike = all_alike && candidate.weight == candidates.front().weight;
    ring.total += static_cast<std::uint64_t>(std::max(1, candidate.weight));
    ring.weight_ends.push_back(ring.total);
  }
  if (all_alike) {
    ring.weight_ends.clear();
    ring.total = ring.members.size();
  } else {
    ring.stride = stride_for(ring.total);
  }
  return ring;
}

std::size_t KeySelector::Ring::draw() const {
  const std::uint64_t turn = cursor->turns.fetch_add(1, std::memory_order_relaxed) % total;
  if (weight_ends.empty()) return static_cast<std::size_t>(turn);
  const std::uint64_t unit = turn * stride % total;
  const auto end = std::upper_bound(weight_ends.begin(), weight_ends.end(), unit);
  return static_cast<std::size_t>(end - weight_ends.begin());
}

}  // namespace geminate::keys
