#include <algorithm>
#include <map>
#include <unordered_set>

#include "backend/keys/day_capacity.h"
#include "backend/keys/key_pool_state.h"
#include "backend/keys/pacific_day.h"

// What the pool has left of the day.
namespace geminate::keys {
namespace {

/// Whether requests get the key once its rests are over.
bool may_serve(const PoolEntry& entry, const Now& now) {
  return entry.is_active() && !entry.has_expired(now.wall) &&
         entry.runtime().health(now.steady) == Health::Fine;
}

/// What an admin or an error said of this project, or else what is believed of the model.
std::int64_t limit_of(const ModelLedger* ledger, const QuotaLimits& beliefs, QuotaKind kind) {
  const std::uint32_t own = ledger != nullptr ? ledger->limits().get(kind).amount : 0;
  return own != 0 ? own : beliefs.get(kind).amount;
}

}  // namespace

CapacityReport KeyPool::capacity(const Now& now) const {
  const std::lock_guard lock(impl_->management);
  std::unordered_set<const Project*> projects;
  impl_->published.snapshot()->for_each([&](const SlotMap::Entry& entry) {
    if (may_serve(*entry, now)) projects.insert(&entry->project());
  });
  CapacityReport report;
  report.at = now.wall;
  report.resets_at = next_pacific_midnight(now.wall);
  const std::int32_t today = pacific_day(now.wall);
  const std::size_t models = impl_->models.size();
  for (std::size_t each = ModelTable::kNoModel + 1; each < models; ++each) {
    const auto model = static_cast<ModelId>(each);
    const QuotaLimits& beliefs = impl_->models.beliefs(model);
    ModelCapacity sum;
    for (const Project* project : projects) {
      const ModelLedger* ledger = project->find_ledger(model);
      add_project(sum, {ledger != nullptr ? ledger->requests_on(today) : 0,
                        ledger != nullptr ? ledger->tokens_on(today) : 0,
                        limit_of(ledger, beliefs, QuotaKind::RequestsPerDay),
                        limit_of(ledger, beliefs, QuotaKind::TokensPerDay)});
    }
    if (sum.requests_today == 0 && sum.requests_known == 0 && sum.tokens_known == 0) continue;
    sum.model = impl_->models.name(model);
    report.models.push_back(std::move(sum));
  }
  std::sort(report.models.begin(), report.models.end(),
            [](const ModelCapacity& left, const ModelCapacity& right) { return left.model < right.model; });
  return report;
}

}  // namespace geminate::keys
