#pragma once

#include <chrono>
#include <string>

#include "backend/auth/token_pass.h"
#include "shared/core/time.h"

namespace geminate::app {

/// OpenAI's x-ratelimit-* head lines for the limits that there are; empty where there are none. Pure.
std::string rate_limit_fields(const auth::RateStanding& standing);

/// Anthropic's anthropic-ratelimit-* head lines in the same way; they name the time of the reset. Pure.
std::string anthropic_rate_limit_fields(const auth::RateStanding& standing, Timestamp now);

/// The names of these fields, separated by commas, for pages of other origins.
inline constexpr const char* kRateLimitFieldNames =
    "x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, "
    "x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens, "
    "anthropic-ratelimit-requests-limit, anthropic-ratelimit-requests-remaining, "
    "anthropic-ratelimit-requests-reset, anthropic-ratelimit-tokens-limit, "
    "anthropic-ratelimit-tokens-remaining, anthropic-ratelimit-tokens-reset";

/// A length of time as OpenAI writes it: "12ms", "1s", "7.66s", "6m0s", "1h0m0s"; "0s" for none.
std::string openai_duration(std::chrono::milliseconds time);

}  // namespace geminate::app
