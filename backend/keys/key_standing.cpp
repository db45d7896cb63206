#include "backend/keys/key_standing.h"

#include <algorithm>

#include "backend/keys/key_pool.h"
#include "backend/keys/pacific_day.h"

namespace geminate::keys {
namespace {

using Wait = std::optional<std::chrono::milliseconds>;

/// When only reservations fill the day, room comes back with the requests in flight.
constexpr std::chrono::seconds kReservationWait{1};

Wait later_of(Wait left, Wait right) { return !left ? right : !right ? left : std::max(left, right); }

std::int64_t ms_of(const Wait& wait) { return wait ? wait->count() : 0; }

Wait day_spent_for(const PoolEntry& entry, const Now& now) {
  const auto limit = entry.day_limit();
  if (!limit) return std::nullopt;
  const std::int64_t used = entry.runtime().used_on(pacific_day(now.wall));
  if (used >= *limit) return next_pacific_midnight(now.wall) - now.wall;
  if (used + entry.runtime().reserved() >= *limit) return kReservationWait;
  return std::nullopt;
}

/// How long Google's word keeps the model from this project.
std::int64_t rests_for(const PoolEntry& entry, const Asked& asked, const ModelLedger* ledger) {
  if (asked.model != ModelTable::kUnlisted)
    return ledger == nullptr ? 0 : std::max<std::int64_t>(0, ledger->rests_until() - asked.time.ms);
  const Cooldowns* cooldowns = entry.project().cooldowns();
  return cooldowns == nullptr ? 0 : ms_of(cooldowns->rests_for(asked.hash, asked.time.steady));
}

/// What the project's part is in it.
Standing quota_standing(const PoolEntry& entry, const Asked& asked) {
  const ModelLedger* ledger = entry.project().find_ledger(asked.model);
  const std::int64_t rest = rests_for(entry, asked, ledger);
  LedgerAnswer answer;
  if (ledger != nullptr) answer = ledger->ask(asked.time, asked.tokens, asked.beliefs);
  using Kind = LedgerAnswer::Kind;
  if (rest > 0)
    return {Obstacle::Resting, std::max(rest, answer.kind == Kind::Full ? answer.wait_ms : 0), true};
  switch (answer.kind) {
    case Kind::Free:
      return {};
    case Kind::Believed:
      return {Obstacle::Believed, answer.wait_ms, true};
    case Kind::Doubtful:
      return {Obstacle::Doubtful, answer.wait_ms, true};
    case Kind::Full:
      return {Obstacle::Full, answer.wait_ms, true};
    case Kind::Probing:
      return {Obstacle::Probing, answer.wait_ms, true};
  }
  return {};
}

}  // namespace

Asked::Asked(const Demand& wanted, ModelTable& models, const Now& now)
    : demand(wanted),
      hash(hash_of_model(wanted.model)),
      model(models.find(hash)),
      beliefs(models.beliefs(model)),
      time(now),
      tokens(std::max<std::int64_t>(0, wanted.estimated_tokens)) {}

std::optional<std::chrono::milliseconds> spent_for(const PoolEntry& entry, const Now& now) {
  const Wait minute = entry.minute() ? entry.minute()->wait_for(now.steady) : std::nullopt;
  return later_of(day_spent_for(entry, now), minute);
}

Standing standing_of(const PoolEntry& entry, const Asked& asked) {
  if (!entry.is_active() || entry.has_expired(asked.time.wall)) return {Obstacle::Gone, 0, false};
  const Health health = entry.runtime().health(asked.time.steady);
  if (health == Health::Dead) return {Obstacle::Dead, 0, false};
  const Standing quota = quota_standing(entry, asked);
  const bool has_limits = entry.has_bounds();
  if (health == Health::Fine && !has_limits) return quota;
  const std::int64_t quota_wait =
      quota.obstacle == Obstacle::Resting || quota.obstacle == Obstacle::Full ? quota.wait_ms : 0;
  const std::int64_t spent = has_limits ? ms_of(spent_for(entry, {asked.time.wall, asked.time.steady})) : 0;
  if (health == Health::Suspect) {
    const std::int64_t bench = ms_of(entry.runtime().bench_left(asked.time.steady));
    return {Obstacle::Benched, std::max({bench, spent, quota_wait}), false};
  }
  if (spent > 0) return {Obstacle::Spent, std::max(spent, quota_wait), false};
  return quota;
}

}  // namespace geminate::keys
