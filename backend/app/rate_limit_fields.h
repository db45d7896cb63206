#pragma once

#include <chrono>
#include <string>

#include "backend/auth/token_pass.h"

namespace geminate::app {

/// OpenAI's x-ratelimit-* head lines for the limits that there are; empty where there are none. Pure.
std::string rate_limit_fields(const auth::RateStanding& standing);

/// The names of these fields, separated by commas, for pages of other origins.
inline constexpr const char* kRateLimitFieldNames =
    "x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, "
    "x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens";

/// A length of time as OpenAI writes it: "12ms", "1s", "7.66s", "6m0s", "1h0m0s"; "0s" for none.
std::string openai_duration(std::chrono::milliseconds time);

}  // namespace geminate::app
