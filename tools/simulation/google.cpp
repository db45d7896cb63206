#include "tools/simulation/google.h"

#include <algorithm>
#include <numeric>

#include "tools/simulation/random.h"

namespace geminate::simulation {
namespace {

/// What chance decides, each with numbers of its own.
enum Salt : std::uint64_t { kWhere = 11, kPhase, kDeath, kUnavailable, kLatency, kShortDelay };

template <class T>
void shuffle(std::vector<T>& values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
}

bool exceeds(std::int64_t wanted, const std::optional<std::int64_t>& limit) {
  return limit && wanted > *limit;
}

}  // namespace

Google::Google(const World& world)
    : world_(world), dies_at_(world.keys()), spending_(world.projects * world.models.size()) {
  for (std::size_t key = 0; key < world.keys(); ++key) project_of_.push_back(key / world.keys_per_project);
  Random random(world.seed + kWhere);
  // An admin's list is in no order that would matter.
  shuffle(project_of_, random);
  for (std::size_t project = 0; project < world.projects; ++project) {
    minute_phase_.push_back(static_cast<Time>(fate(world.seed, kPhase, project) * kMinute));
  }
  for (std::size_t i = 0; i < world.dying_keys; ++i) {
    dies_at_[random.below(world.keys())] =
        static_cast<Time>(random.uniform() * static_cast<double>(world.length));
  }
  if (world.suspends_a_project) {
    suspended_project_ = world.paid_projects + random.below(world.projects - world.paid_projects);
  }
}

Time Google::minute_start(std::size_t project, Time now) const {
  return now - (now + minute_phase_[project]) % kMinute;
}

void Google::move_on(Spending& spending, std::size_t project, Time now) const {
  if (spending.day != now / kDay) {
    spending.day = now / kDay;
    spending.day_requests = 0;
  }
  const bool is_fixed = world_.minutes == Minutes::Fixed;
  const Time oldest = is_fixed ? minute_start(project, now) : now - kMinute + 1;
  while (!spending.recent.empty() && spending.recent.front().at < oldest) {
    spending.minute_requests -= spending.recent.front().requests;
    spending.minute_tokens -= spending.recent.front().tokens;
    spending.recent.pop_front();
  }
}

void Google::count(Spending& spending, std::size_t project, std::int64_t requests, std::int64_t tokens,
                   Time now) const {
  spending.minute_requests += requests;
  spending.minute_tokens += tokens;
  spending.day_requests += requests;
  const Time at = world_.minutes == Minutes::Fixed ? minute_start(project, now) : now;
  if (spending.recent.empty() || spending.recent.back().at != at) spending.recent.push_back({at, 0, 0});
  spending.recent.back().requests += requests;
  spending.recent.back().tokens += tokens;
}

Time Google::minute_delay(const Spending& spending, std::size_t project, const Limits& limits,
                          std::int64_t prompt, Time now) const {
  if (world_.minutes == Minutes::Fixed) return minute_start(project, now) + kMinute - now;
  std::int64_t requests = spending.minute_requests + 1;
  std::int64_t tokens = spending.minute_tokens + prompt;
  for (const Event& event : spending.recent) {
    requests -= event.requests;
    tokens -= event.tokens;
    if (!exceeds(requests, limits.requests_per_minute) && !exceeds(tokens, limits.tokens_per_minute)) {
      return event.at + kMinute - now;
    }
  }
  return kMinute;
}

Google::Refusal Google::health_refusal(std::int64_t key, Time now) const {
  const auto& death = dies_at_[index(key)];
  if (death && *death <= now) return {Cause::DeadKey};
  if (suspended_project_ == project_of(key) && now >= world_.length / 2) return {Cause::Suspended};
  return {};
}

Google::Refusal Google::imposed(std::size_t project, Time now) const {
  for (const Incident& incident : world_.incidents) {
    if (now < incident.from || now >= incident.until) continue;
    if (incident.project && *incident.project != project) continue;
    if (incident.kind == Incident::Kind::Unavailable) return {Cause::Unavailable};
    if (incident.kind == Incident::Kind::Bare) return {Cause::Bare};
    return {Cause::Imposed, incident.named.value_or(incident.until - now)};
  }
  return {};
}

Google::Refusal Google::quota_refusal(std::size_t project, std::uint32_t model, std::int64_t prompt,
                                      Time now) {
  const Limits& limits = world_.models[model].limits_of(world_.tier_of(project));
  if (!limits.is_offered()) return {Cause::NotInTier, 30 * kSecond};
  Spending& spent = spending(project, model);
  move_on(spent, project, now);
  if (exceeds(spent.day_requests + 1, limits.requests_per_day))
    return {Cause::DayRequests, kDay - now % kDay};
  const bool requests = exceeds(spent.minute_requests + 1, limits.requests_per_minute);
  const bool tokens = exceeds(spent.minute_tokens + prompt, limits.tokens_per_minute);
  if (!requests && !tokens) return {};
  return {requests ? Cause::MinuteRequests : Cause::MinuteTokens,
          minute_delay(spent, project, limits, prompt, now)};
}

Answer Google::ask(const Attempt& attempt, Time now) {
  const std::size_t project = project_of(attempt.key);
  const std::uint64_t chance = attempt.request * 64 + attempt.number;
  Refusal refusal = health_refusal(attempt.key, now);
  if (refusal.cause == Cause::None) refusal = imposed(project, now);
  if (refusal.cause == Cause::None)
    refusal = quota_refusal(project, attempt.model, attempt.prompt_tokens, now);
  if (refusal.cause == Cause::DayRequests &&
      fate(world_.seed, kShortDelay, chance) < world_.short_day_delay_share) {
    refusal.delay = 36 * kSecond;
  }
  if (refusal.cause == Cause::None) {
    count(spending(project, attempt.model), project, 1, attempt.prompt_tokens, now);
    if (fate(world_.seed, kUnavailable, chance) < world_.unavailable_share)
      refusal.cause = Cause::Unavailable;
  }
  if (refusal.cause == Cause::None) return {};
  Answer answer{refusal.cause, error_for(refusal.cause, project, attempt.model, refusal.delay), 0, 0};
  const double slowness = fate(world_.seed, kLatency, chance);
  answer.latency =
      static_cast<Time>(refusal.cause == Cause::Unavailable ? 200 + 1300 * slowness : 80 + 170 * slowness);
  if (is_limit(refusal.cause)) answer.retry_delay = refusal.delay;
  return answer;
}

void Google::finish(std::int64_t key, std::uint32_t model, std::int64_t answer_tokens, Time now) {
  if (!world_.answers_count) return;
  const std::size_t project = project_of(key);
  Spending& spent = spending(project, model);
  move_on(spent, project, now);
  count(spent, project, 0, answer_tokens, now);
}

bool Google::would_serve(std::size_t project, std::uint32_t model, std::int64_t prompt_tokens, Time now) {
  if (suspended_project_ == project && now >= world_.length / 2) return false;
  if (imposed(project, now).cause != Cause::None) return false;
  return quota_refusal(project, model, prompt_tokens, now).cause == Cause::None;
}

}  // namespace geminate::simulation
