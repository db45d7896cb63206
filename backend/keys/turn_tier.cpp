#include "backend/keys/turn_tier.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "backend/keys/published.h"

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

std::uint64_t TurnCursor::next() {
  return counts[reader_slot() % kCounts].turns.fetch_add(1, std::memory_order_relaxed);
}

TurnTier::TurnTier(const std::vector<Member>& members, std::shared_ptr<TurnCursor> cursor)
    : cursor_(std::move(cursor)) {
  bool all_alike = true;
  slots_.reserve(members.size());
  for (const Member& member : members) {
    slots_.push_back(member.slot);
    all_alike = all_alike && member.weight == members.front().weight;
    const std::size_t word = member.slot / 64;
    if (mask_.size() <= word) mask_.resize(word + 1);
    mask_[word] |= std::uint64_t{1} << (member.slot % 64);
  }
  total_ = slots_.size();
  if (!all_alike) {
    total_ = 0;
    for (const Member& member : members) {
      total_ += static_cast<std::uint64_t>(std::max(1, member.weight));
      weight_ends_.push_back(total_);
    }
  }
  stride_ = stride_for(total_);
}

TurnTier::Draw TurnTier::weighted(Unit unit) const {
  const auto end = std::upper_bound(weight_ends_.begin(), weight_ends_.end(), unit);
  const auto index = static_cast<std::size_t>(end - weight_ends_.begin());
  const std::uint64_t begin = index == 0 ? 0 : weight_ends_[index - 1];
  return {slots_[index], static_cast<std::uint32_t>(weight_ends_[index] - begin)};
}

std::vector<std::shared_ptr<const TurnTier>> tiers_of(const std::vector<TurnTier::Member>& members,
                                                      TurnCursors& cursors) {
  std::map<std::int32_t, std::vector<TurnTier::Member>, std::greater<>> by_priority;
  for (const TurnTier::Member& member : members) by_priority[member.priority].push_back(member);
  std::vector<std::shared_ptr<const TurnTier>> tiers;
  for (const auto& [priority, of_priority] : by_priority) {
    auto& cursor = cursors[priority];
    if (cursor == nullptr) cursor = std::make_shared<TurnCursor>();
    tiers.push_back(std::make_shared<const TurnTier>(of_priority, cursor));
  }
  return tiers;
}

}  // namespace geminate::keys
