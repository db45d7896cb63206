#include <string>

#include "tools/simulation/google.h"

// What Google says when it refuses: the fields that upstream/google_error reads from its bodies.
namespace geminate::simulation {
namespace {

struct Quota {
  std::string_view id;
  std::string_view metric;
};

Quota quota_of(Cause cause, Tier tier) {
  const bool is_free = tier == Tier::Free;
  switch (cause) {
    case Cause::MinuteTokens:
      return is_free ? Quota{"GenerateContentInputTokensPerModelPerMinute-FreeTier",
                             "generate_content_free_tier_input_token_count"}
                     : Quota{"GenerateContentPaidTierInputTokensPerModelPerMinute",
                             "generate_content_paid_tier_input_token_count"};
    case Cause::DayRequests:
    case Cause::NotInTier:
      return is_free
                 ? Quota{"GenerateRequestsPerDayPerProjectPerModel-FreeTier",
                         "generate_content_free_tier_requests"}
                 : Quota{"GenerateRequestsPerDayPerProjectPerModel", "generate_requests_per_model_per_day"};
    default:
      return is_free ? Quota{"GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                             "generate_content_free_tier_requests"}
                     : Quota{"GenerateRequestsPerMinutePerProjectPerModel", "generate_requests_per_model"};
  }
}

std::optional<std::int64_t> value_of(Cause cause, const Limits& limits) {
  switch (cause) {
    case Cause::MinuteRequests:
      return limits.requests_per_minute;
    case Cause::MinuteTokens:
      return limits.tokens_per_minute;
    case Cause::DayRequests:
      return limits.requests_per_day;
    case Cause::NotInTier:
      return 0;
    default:
      return std::nullopt;
  }
}

std::string consumer_of(std::size_t project) {
  return "projects/" + std::to_string(100'000'000'000 + project);
}

}  // namespace

std::string_view name_of(Cause cause) {
  constexpr std::array<std::string_view, kCauses> kNames = {"none",
                                                            "requests of the minute",
                                                            "tokens of the minute",
                                                            "requests of the day",
                                                            "not in the tier",
                                                            "503",
                                                            "dead key",
                                                            "suspended project",
                                                            "imposed",
                                                            "without details"};
  return kNames[static_cast<std::size_t>(cause)];
}

bool is_limit(Cause cause) {
  return cause == Cause::MinuteRequests || cause == Cause::MinuteTokens || cause == Cause::DayRequests ||
         cause == Cause::NotInTier || cause == Cause::Imposed || cause == Cause::Bare;
}

keys::GoogleError Google::limit_error(Cause cause, std::size_t project, std::uint32_t model,
                                      Time delay) const {
  const Model& asked = world_.models[model];
  const Tier tier = world_.tier_of(project);
  const Quota quota = quota_of(cause, tier);
  keys::GoogleError error;
  error.http_status = 429;
  error.status = "RESOURCE_EXHAUSTED";
  if (cause == Cause::Bare) {
    error.message = "Resource has been exhausted (e.g. check quota).";
    return error;
  }
  error.message = "You exceeded your current quota, please check your plan and billing details.";
  error.retry_delay = std::chrono::milliseconds{delay};
  error.violations.push_back({std::string(quota.id),
                              "generativelanguage.googleapis.com/" + std::string(quota.metric), asked.name,
                              value_of(cause, asked.limits_of(tier))});
  return error;
}

keys::GoogleError Google::error_for(Cause cause, std::size_t project, std::uint32_t model, Time delay) const {
  if (is_limit(cause)) return limit_error(cause, project, model, delay);
  keys::GoogleError error;
  if (cause == Cause::DeadKey) {
    error.http_status = 400;
    error.status = "INVALID_ARGUMENT";
    error.message = "API key not valid. Please pass a valid API key.";
    error.reason = "API_KEY_INVALID";
  } else if (cause == Cause::Suspended) {
    error.http_status = 403;
    error.status = "PERMISSION_DENIED";
    error.message = "Permission denied: Consumer has been suspended.";
    error.reason = "CONSUMER_SUSPENDED";
    error.consumer = consumer_of(project);
  } else {
    error.http_status = 503;
    error.status = "UNAVAILABLE";
    error.message = "The model is overloaded. Please try again later.";
  }
  return error;
}

}  // namespace geminate::simulation
