#include "tools/simulation/capacity.h"

#include <algorithm>

namespace geminate::simulation {
namespace {

using Limit = std::optional<std::int64_t>;

Limit plus(Limit sum, Limit part) { return sum && part ? Limit(*sum + *part) : std::nullopt; }

double share(std::int64_t used, Limit limit) {
  if (!limit) return 0;
  return static_cast<double>(used) / static_cast<double>(std::max<std::int64_t>(1, *limit));
}

/// The part of the requests that is needed for this load. The need grows with the scale, so halving finds it.
double scale_for(const Capacity& capacity, const std::vector<Request>& requests, const World& world) {
  double low = 0;
  double high = 1;
  for (int step = 0; step < 20; ++step) {
    const double middle = (low + high) / 2;
    (share_needed(capacity, requests, middle, world.answers_count) <= world.load ? low : high) = middle;
  }
  return low;
}

std::vector<Request> requests_for(const World& world, std::uint32_t model) {
  const Capacity capacity = capacity_of(world, world.models[model]);
  for (double per_minute = 16;; per_minute *= 2) {
    std::vector<Request> requests = traffic_for(world, model, per_minute);
    if (share_needed(capacity, requests, 1, world.answers_count) <= world.load) continue;
    const double scale = scale_for(capacity, requests, world);
    std::erase_if(requests, [scale](const Request& request) { return request.mark >= scale; });
    return requests;
  }
}

}  // namespace

Capacity capacity_of(const World& world, const Model& model) {
  Capacity capacity{0, 0, 0};

  for (std::size_t project = 0; project < world.projects; ++project) {
    const Limits& limits = model.limits_of(world.tier_of(project));
    if (!limits.is_offered()) continue;
    capacity.requests_per_minute = plus(capacity.requests_per_minute, limits.requests_per_minute);
    capacity.tokens_per_minute = plus(capacity.tokens_per_minute, limits.tokens_per_minute);
    capacity.requests_per_day = plus(capacity.requests_per_day, limits.requests_per_day);
  }
  return capacity;
}

double share_needed(const Capacity& capacity, const std::vector<Request>& requests, double scale,
                    bool answers_count) {
  std::int64_t in_day = 0;
  Time day = 0;
  std::int64_t in_minute = 0;
  std::int64_t tokens_in_minute = 0;
  double most = 0;
  auto oldest = requests.begin();
  const auto tokens_of = [answers_count](const Request& request) {
    return request.prompt_tokens + (answers_count ? request.answer_tokens : 0);
  };
  for (const Request& request : requests) {
    if (request.mark >= scale) continue;
    for (; oldest->at <= request.at - kMinute; ++oldest) {
      if (oldest->mark >= scale) continue;
      --in_minute;
      tokens_in_minute -= tokens_of(*oldest);
    }
    if (day != request.at / kDay) in_day = 0;
    day = request.at / kDay;
    ++in_day;
    ++in_minute;
    tokens_in_minute += tokens_of(request);
    most = std::max({most, share(in_day, capacity.requests_per_day),
                     share(in_minute, capacity.requests_per_minute),
                     share(tokens_in_minute, capacity.tokens_per_minute)});
  }
  return most;
}

std::vector<Request> requests_of(const World& world) {
  std::vector<Request> all;
  for (std::uint32_t model = 0; model < world.models.size(); ++model) {
    const std::vector<Request> requests = requests_for(world, model);
    all.insert(all.end(), requests.begin(), requests.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Request& left, const Request& right) { return left.at < right.at; });
  return all;
}

}  // namespace geminate::simulation
