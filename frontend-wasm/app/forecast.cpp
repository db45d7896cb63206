#include "frontend-wasm/app/forecast.h"

#include <algorithm>
#include <tuple>

namespace geminate::ui {
namespace {

using Hours = std::chrono::duration<double, std::ratio<3600>>;

struct Rate {
  double requests = 0;  // an hour
  double tokens = 0;
};

Rate rate_of(const UsageReport& recent, const std::string& model) {
  constexpr Hours kLeast = std::chrono::minutes(10);
  for (const UsageSeries& series : recent.series) {
    if (series.group != model || series.points.empty()) continue;
    const double hours = std::max(kLeast, Hours(recent.to - series.points.front().time)).count();
    std::int64_t served = 0;
    std::int64_t tokens = 0;
    for (const UsagePoint& point : series.points) {
      served += point.requests - point.failures;
      tokens += point.input_tokens + point.output_tokens;
    }
    return {static_cast<double>(served) / hours, static_cast<double>(tokens) / hours};
  }
  return {};
}

/// When so much is gone; nothing where it is not being spent.
std::optional<Hours> lasts_for(std::int64_t known, std::int64_t left, double per_hour) {
  if (known == 0 || per_hour <= 0) return std::nullopt;
  return Hours(static_cast<double>(left) / per_hour);
}

Outlook outlook_of(const Forecast& made, const std::optional<Hours>& lasts, const CapacityReport& capacity,
                   std::int64_t known) {
  if (known == 0) return made.per_hour > 0 ? Outlook::Unknown : Outlook::Idle;
  if (made.left == 0 && made.unknown == 0) return Outlook::Spent;
  if (!lasts) return Outlook::Idle;
  return capacity.at + std::chrono::duration_cast<std::chrono::milliseconds>(*lasts) < capacity.resets_at
             ? Outlook::RunsOut
             : Outlook::Lasts;
}

Forecast forecast_of(const ModelCapacity& model, const Rate& rate, const CapacityReport& capacity) {
  const auto by_requests = lasts_for(model.requests_known, model.requests_left, rate.requests);
  const auto by_tokens = lasts_for(model.tokens_known, model.tokens_left, rate.tokens);
  Forecast made;
  made.model = model.model;
  made.projects = model.projects;
  made.by_tokens = model.requests_known == 0 ? model.tokens_known > 0
                                             : by_tokens && (!by_requests || *by_tokens < *by_requests);
  const std::int64_t known = made.by_tokens ? model.tokens_known : model.requests_known;
  made.unknown = model.projects - known;
  made.used = made.by_tokens ? model.tokens_today : model.requests_today;
  made.limit = made.by_tokens ? model.tokens_limit : model.requests_limit;
  made.left = made.by_tokens ? model.tokens_left : model.requests_left;
  made.per_hour = made.by_tokens ? rate.tokens : rate.requests;
  const auto& lasts = made.by_tokens ? by_tokens : by_requests;
  made.outlook = outlook_of(made, lasts, capacity, known);
  if (made.outlook == Outlook::RunsOut)
    made.ends_at = capacity.at + std::chrono::duration_cast<std::chrono::milliseconds>(*lasts);
  return made;
}

}  // namespace

std::vector<Forecast> forecast(const CapacityReport& capacity, const UsageReport& recent) {
  std::vector<Forecast> all;
  for (const ModelCapacity& model : capacity.models)
    all.push_back(forecast_of(model, rate_of(recent, model.model), capacity));
  std::sort(all.begin(), all.end(), [](const Forecast& left, const Forecast& right) {
    const auto urgency = [](const Forecast& each) {
      return std::tuple(each.outlook, each.ends_at.value_or(Timestamp::max()), -each.per_hour, each.model);
    };
    return urgency(left) < urgency(right);
  });
  return all;
}

}  // namespace geminate::ui
