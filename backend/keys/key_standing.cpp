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
Wait earlier_of(Wait left, Wait right) { return !left ? right : !right ? left : std::min(left, right); }

bool has_expired(const UpstreamKey& key, const Now& now) {
  return key.expires_at && *key.expires_at <= now.wall;
}

Wait day_spent_for(const PoolEntry& entry, const Now& now) {
  const auto limit = entry.key.max_tokens_per_day;
  if (!limit) return std::nullopt;
  const std::int64_t used = entry.runtime->used_on(pacific_day(now.wall));
  if (used >= *limit) return next_pacific_midnight(now.wall) - now.wall;
  if (used + entry.runtime->reserved() >= *limit) return kReservationWait;
  return std::nullopt;
}

bool was_tried(const Demand& demand, std::int64_t id) {
  return std::find(demand.tried.begin(), demand.tried.end(), id) != demand.tried.end();
}

Error refused(ErrorCode code, std::string message, Wait wait) {
  // 0 would invite the client to come back at once and be refused again.
  if (wait) wait = std::max(*wait, std::chrono::milliseconds{1});
  return Error{code, std::move(message), {}, {}, wait};
}

/// How many keys stand how, for one demand.
struct Census {
  std::size_t wanted = 0;
  std::size_t resting = 0;
  std::size_t tried = 0;
  std::size_t free = 0;
  Wait first_back;
  Wait first_suspect_back;

  void count(const Standing& standing, bool was_tried) {
    if (standing.state == KeyState::Disabled || standing.state == KeyState::Expired) return;
    ++wanted;
    if (standing.state == KeyState::Ready) ++(was_tried ? tried : free);
    if (standing.state == KeyState::Suspect)
      first_suspect_back = earlier_of(first_suspect_back, standing.wait);
    if (standing.state == KeyState::Cooling || standing.state == KeyState::Spent) {
      ++resting;
      first_back = earlier_of(first_back, standing.wait);
    }
  }
};

}  // namespace

std::optional<std::chrono::milliseconds> spent_for(const PoolEntry& entry, const Now& now) {
  const Wait minute = entry.minute ? entry.minute->wait_for(now.steady) : std::nullopt;
  return later_of(day_spent_for(entry, now), minute);
}

Standing standing_for(const PoolEntry& entry, ModelHash model, const Now& now) {
  if (!entry.key.is_active) return {KeyState::Disabled, std::nullopt};
  if (has_expired(entry.key, now)) return {KeyState::Expired, std::nullopt};
  const Wait spent = spent_for(entry, now);
  const Wait cooling = entry.cooldowns->rests_for(model, now.steady);
  const Wait back = later_of(spent, cooling);
  switch (entry.runtime->health(now.steady)) {
    case Health::Dead:
      return {KeyState::Dead, std::nullopt};
    case Health::Suspect:
      return {KeyState::Suspect, later_of(entry.runtime->bench_left(now.steady), back)};
    case Health::Fine:
      break;
  }
  if (spent) return {KeyState::Spent, back};
  if (cooling) return {KeyState::Cooling, back};
  return {};
}

bool try_take(const PoolEntry& entry, const Demand& demand, ModelHash model, const Now& now) {
  KeyRuntime& runtime = *entry.runtime;
  if (has_expired(entry.key, now) || runtime.health(now.steady) != Health::Fine) return false;
  if (!demand.tried.empty() && was_tried(demand, entry.key.id)) return false;
  if (entry.cooldowns->rests_for(model, now.steady)) return false;
  const std::int64_t estimate = std::max<std::int64_t>(0, demand.estimated_tokens);
  if (!runtime.reserve(estimate, entry.key.max_tokens_per_day, now)) return false;
  const bool is_mine = runtime.claim_trial(now.steady);
  if (!is_mine || (entry.minute && entry.minute->admit(now.steady))) {
    runtime.unreserve(estimate);
    return false;
  }
  runtime.touch(now);
  return true;
}

Error refusal(const PoolSnapshot& snapshot, const Demand& demand, const Now& now) {
  Census census;
  const ModelHash model = hash_of_model(demand.model);
  for (const auto& entry : snapshot.entries) {
    census.count(standing_for(*entry, model, now), was_tried(demand, entry->key.id));
  }
  if (snapshot.entries.empty()) return refused(ErrorCode::NoUpstreamKey, "no upstream key is configured", {});
  if (census.wanted == 0) {
    return refused(ErrorCode::NoUpstreamKey, "every upstream key is disabled or expired", {});
  }
  // A key may have come free since the choice failed; then there is nothing to wait for.
  if (census.free > 0) {
    return refused(ErrorCode::RateLimited, "every upstream key is busy", std::chrono::milliseconds{1});
  }
  if (census.resting > 0) {
    return refused(ErrorCode::RateLimited, "every upstream key rests or has reached its limit",
                   census.first_back);
  }
  if (census.tried > 0) {
    return refused(ErrorCode::Unavailable, "every usable upstream key was tried for this request", {});
  }
  return refused(ErrorCode::CredentialsExhausted, "upstream refuses every configured key",
                 census.first_suspect_back);
}

}  // namespace geminate::keys
