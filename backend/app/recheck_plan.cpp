#include "backend/app/recheck_plan.h"

#include <algorithm>
#include <utility>

namespace geminate::app {
namespace {

using std::chrono::milliseconds;

}  // namespace

RecheckPlan::RecheckPlan(milliseconds first, std::function<double()> random)
    : first_(first), random_(std::move(random)) {}

/// Between three quarters and five quarters of the delay.
milliseconds RecheckPlan::spread(milliseconds delay) const {
  const double part = 0.75 + random_() / 2;
  return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(delay.count()) * part)};
}

void RecheckPlan::on_event(const KeyEventView& event, MonotonicTime now) {
  switch (event.kind) {
    case KeyEventKind::Suspect:
      // A suspect that is refused again keeps its place and its patience.
      waiting_.try_emplace(event.key_id, Wait{now + spread(first_)});
      return;
    case KeyEventKind::Recovered:
    case KeyEventKind::Dead:
    case KeyEventKind::Replaced:
    case KeyEventKind::Disabled:
    case KeyEventKind::Expired:
    case KeyEventKind::Deleted:
      waiting_.erase(event.key_id);
      return;
    default:
      return;
  }
}

void RecheckPlan::add(const std::vector<std::int64_t>& ids, MonotonicTime now) {
  for (const std::int64_t id : ids) waiting_.try_emplace(id, Wait{now + spread(first_ / 4)});
}

std::unordered_set<std::int64_t> RecheckPlan::ids() const {
  std::unordered_set<std::int64_t> all;
  for (const auto& [id, wait] : waiting_) all.insert(id);
  return all;
}

void RecheckPlan::forget(const std::unordered_set<std::int64_t>& key_ids) {
  for (const std::int64_t id : key_ids) waiting_.erase(id);
}

std::vector<std::int64_t> RecheckPlan::take_due(std::size_t most, MonotonicTime now) {
  std::vector<std::int64_t> due;
  for (auto& [id, wait] : waiting_) {
    if (due.size() == most) break;
    if (wait.in_flight || wait.due > now) continue;
    wait.in_flight = true;
    due.push_back(id);
  }
  return due;
}

void RecheckPlan::on_checked(std::int64_t key_id, CheckVerdict verdict, MonotonicTime now) {
  const auto found = waiting_.find(key_id);
  if (found == waiting_.end()) return;
  if (verdict == CheckVerdict::Valid || verdict == CheckVerdict::Dead) {
    waiting_.erase(found);
    return;
  }
  Wait& wait = found->second;
  wait.in_flight = false;
  constexpr std::uint32_t kMostDoublings = 20;
  wait.failures = std::min(wait.failures + 1, kMostDoublings);
  const auto delay = std::min<milliseconds>(first_ * (std::int64_t{1} << wait.failures), kLongest);
  wait.due = now + spread(delay);
}

}  // namespace geminate::app
