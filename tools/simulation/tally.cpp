#include "tools/simulation/tally.h"

#include <algorithm>

namespace geminate::simulation {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double Row::served_share() const { return ratio(served, requests); }
double Row::limited_per_thousand() const { return 1000 * ratio(limited, requests); }
double Row::calls_per_request() const { return ratio(calls, requests); }
double Row::wasted_share() const { return ratio(failed, calls); }

Tally::Tally(const World& world)
    : world_(world),
      served_by_(world.projects * world.models.size()),
      known_until_(world.projects * world.models.size() * kCauses, -1) {}

void Tally::called(const Request& request, std::size_t project, const Answer& answer, Time now) {
  ++sums_.calls;
  if (answer.cause == Cause::None) return;
  ++sums_.failed;
  if (!is_limit(answer.cause)) return;
  ++sums_.limited;
  const auto cause = static_cast<std::size_t>(answer.cause);
  const Time known = known_until_[(project * world_.models.size() + request.model) * kCauses + cause];
  ++(known < 0 ? losses_.first_limits : losses_.repeated_limits)[cause];
  if (now < known) ++losses_.early_limits[cause];
}

void Tally::heard(const Request& request, std::size_t project, const Answer& answer, Time now) {
  if (!is_limit(answer.cause)) return;
  const auto cause = static_cast<std::size_t>(answer.cause);
  known_until_[(project * world_.models.size() + request.model) * kCauses + cause] = now + answer.retry_delay;
}

void Tally::ended(std::uint32_t attempts) {
  ++sums_.requests;
  attempts_.resize(std::max<std::size_t>(attempts_.size(), attempts + 1));
  ++attempts_[attempts];
}

void Tally::served(const Request& request, std::size_t project, std::uint32_t attempts) {
  ended(attempts);
  ++sums_.served;
  ++served_by_[project * world_.models.size() + request.model];
  if (request.affinity == 0) return;
  const auto [last, is_first] = last_project_.try_emplace(request.affinity, project);
  if (is_first) return;
  const bool is_turn = request.turn > 0;
  ++(is_turn ? turns_ : prefixes_);
  if (last->second == project) ++(is_turn ? same_turns_ : same_prefixes_);
  last->second = project;
}

void Tally::unserved(std::string reason, std::uint32_t attempts) {
  ended(attempts);
  ++losses_.unserved[std::move(reason)];
}

double Tally::fairness() const {
  double weighted = 0;
  double weights = 0;
  for (std::size_t model = 0; model < world_.models.size(); ++model) {
    for (const Tier tier : {Tier::Free, Tier::Paid}) {
      if (!world_.models[model].limits_of(tier).is_offered()) continue;
      double sum = 0, squares = 0, count = 0;
      for (std::size_t project = 0; project < world_.projects; ++project) {
        if (world_.tier_of(project) != tier) continue;
        const auto served = static_cast<double>(served_by_[project * world_.models.size() + model]);
        sum += served;
        squares += served * served;
        ++count;
      }
      if (squares > 0) weighted += sum * sum * sum / (count * squares);
      weights += sum;
    }
  }
  return weights > 0 ? weighted / weights : 0;
}

Row Tally::row(std::string policy) const {
  Row row = sums_;
  row.policy = std::move(policy);
  std::int64_t all = 0;
  for (std::size_t attempts = 0; attempts < attempts_.size(); ++attempts) {
    const std::int64_t before = all;
    all += attempts_[attempts];
    // The first number that 99 in 100 requests did not go beyond.
    const std::int64_t wanted = (row.requests * 99 + 99) / 100;
    if (before < wanted && all >= wanted) row.p99_attempts = static_cast<std::int64_t>(attempts);
  }
  row.mean_attempts = ratio(row.calls, row.requests);
  row.fairness = fairness();
  row.sticky_turns = ratio(same_turns_, turns_);
  row.sticky_prefixes = ratio(same_prefixes_, prefixes_);
  return row;
}

}  // namespace geminate::simulation
