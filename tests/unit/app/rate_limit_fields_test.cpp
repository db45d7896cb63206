#include "backend/app/rate_limit_fields.h"

#include <gtest/gtest.h>

namespace geminate::app {
namespace {

using namespace std::chrono_literals;

TEST(RateLimitFields, WriteTimesAsOpenaiDoes) {
  EXPECT_EQ(openai_duration(0ms), "0s");
  EXPECT_EQ(openai_duration(-5ms), "0s");
  EXPECT_EQ(openai_duration(12ms), "12ms");
  EXPECT_EQ(openai_duration(1s), "1s");
  EXPECT_EQ(openai_duration(7'660ms), "7.66s");
  EXPECT_EQ(openai_duration(59'005ms), "59.005s");
  EXPECT_EQ(openai_duration(6min), "6m0s");
  EXPECT_EQ(openai_duration(61'500ms), "1m1.5s");
  EXPECT_EQ(openai_duration(1h), "1h0m0s");
  EXPECT_EQ(openai_duration(19h + 2min + 3s), "19h2m3s");
}

TEST(RateLimitFields, StandOnlyForLimitsThatThereAre) {
  EXPECT_EQ(rate_limit_fields({}), "");
  auth::RateStanding standing;
  standing.tokens = auth::LimitStanding{100, 40, 6min};
  EXPECT_EQ(rate_limit_fields(standing),
            "x-ratelimit-limit-tokens: 100\r\nx-ratelimit-remaining-tokens: 40\r\n"
            "x-ratelimit-reset-tokens: 6m0s\r\n");
  standing.tokens.reset();
  standing.requests = auth::LimitStanding{5, 0, std::nullopt};
  EXPECT_EQ(rate_limit_fields(standing),
            "x-ratelimit-limit-requests: 5\r\nx-ratelimit-remaining-requests: 0\r\n")
      << "a limit that never comes back has no reset";
}

TEST(RateLimitFields, NameTheTimeOfTheResetToAnthropicsClients) {
  const auto now = parse_rfc3339("2026-01-31T08:00:00Z");
  ASSERT_TRUE(now.has_value());
  EXPECT_EQ(anthropic_rate_limit_fields({}, *now), "");
  auth::RateStanding standing;
  standing.requests = auth::LimitStanding{5, 0, std::nullopt};
  standing.tokens = auth::LimitStanding{100, 40, 6min};
  EXPECT_EQ(anthropic_rate_limit_fields(standing, *now),
            "anthropic-ratelimit-requests-limit: 5\r\nanthropic-ratelimit-requests-remaining: 0\r\n"
            "anthropic-ratelimit-tokens-limit: 100\r\nanthropic-ratelimit-tokens-remaining: 40\r\n"
            "anthropic-ratelimit-tokens-reset: " +
                format_rfc3339(*now + 6min) + "\r\n");
}

}  // namespace
}  // namespace geminate::app
