#include "backend/keys/key_refusal.h"

#include <algorithm>

#include "backend/keys/key_pool.h"

namespace geminate::keys {
namespace {

using Wait = std::optional<std::chrono::milliseconds>;

constexpr std::int64_t kKeptForMs = 250;

Error refused(ErrorCode code, std::string message, Wait wait) {
  // 0 would invite the client to come back at once and be refused again.
  if (wait) wait = std::max(*wait, std::chrono::milliseconds{1});
  return Error{code, std::move(message), {}, {}, wait};
}

Error all_rest(Wait wait) {
  return refused(ErrorCode::RateLimited, "every upstream key rests or has reached its limit", wait);
}

/// How many keys stand how, for one demand.
struct Census {
  std::size_t wanted = 0;
  std::size_t usable = 0;
  std::optional<std::int64_t> first_suspect_ms;

  void count(const Standing& standing) {
    if (standing.obstacle == Obstacle::Gone) return;
    ++wanted;
    if (standing.obstacle > Obstacle::Benched) ++usable;
    if (standing.obstacle == Obstacle::Benched)
      first_suspect_ms = std::min(first_suspect_ms.value_or(standing.wait_ms), standing.wait_ms);
  }
};

Error refuse_by_census(const PoolSnapshot& snapshot, const Asked& asked) {
  if (snapshot.index->empty()) return refused(ErrorCode::NoUpstreamKey, "no upstream key is configured", {});
  Census census;
  snapshot.for_each([&](const SlotMap::Entry& entry) { census.count(standing_of(*entry, asked)); });
  if (census.wanted == 0)
    return refused(ErrorCode::NoUpstreamKey, "every upstream key is disabled or expired", {});
  if (census.usable > 0) {
    if (asked.demand.tried.empty())
      return refused(ErrorCode::RateLimited, "every upstream key is busy", std::chrono::milliseconds{1});
    return refused(ErrorCode::Unavailable, "every usable upstream key was tried for this request", {});
  }
  Wait wait;
  if (census.first_suspect_ms) wait = std::chrono::milliseconds{*census.first_suspect_ms};
  return refused(ErrorCode::CredentialsExhausted, "upstream refuses every configured key", wait);
}

}  // namespace

Error RefusalBook::refuse(const PoolSnapshot& snapshot, const Asked& asked, std::uint64_t version,
                          Wait first_return) {
  if (first_return) return all_rest(first_return);
  if (!asked.demand.tried.empty()) return refuse_by_census(snapshot, asked);
  const std::lock_guard lock(mutex_);
  if (kept_.error && kept_.version == version && asked.time.ms < kept_.until_ms) return *kept_.error;
  Error error = refuse_by_census(snapshot, asked);
  kept_ = {version,
           asked.time.ms + std::min(kKeptForMs, error.retry_after ? error.retry_after->count() : kKeptForMs),
           error};
  return error;
}

Error refuse_owned(const PoolSnapshot& snapshot, const Asked& asked) {
  const auto slot = snapshot.slot_of_owner(*asked.demand.owner, asked.demand.owner_project);
  if (!slot) {
    return refused(
        ErrorCode::NotFound,
        "the upstream key that owns this resource is no longer configured; upload or create it again", {});
  }
  std::optional<std::int64_t> wait;
  bool is_wanted = false;
  snapshot.entries.at(*slot)->project().for_each_slot([&](std::uint32_t sibling) {
    const auto& entry = snapshot.entries.at(sibling);
    if (entry == nullptr) return;
    const Standing standing = standing_of(*entry, asked);
    is_wanted = is_wanted || standing.obstacle != Obstacle::Gone;
    if (standing.obstacle > Obstacle::Dead)
      wait = std::min(wait.value_or(standing.wait_ms), standing.wait_ms);
  });
  if (wait) {
    return refused(ErrorCode::RateLimited, "the upstream key that owns this resource rests",
                   std::chrono::milliseconds{*wait});
  }
  if (!is_wanted) {
    return refused(ErrorCode::NoUpstreamKey,
                   "the upstream key that owns this resource is disabled or expired", {});
  }
  return refused(ErrorCode::CredentialsExhausted, "upstream refuses the key that owns this resource", {});
}

}  // namespace geminate::keys
