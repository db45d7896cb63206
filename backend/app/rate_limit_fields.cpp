#include "backend/app/rate_limit_fields.h"

#include <cstdint>
#include <string_view>

namespace geminate::app {
namespace {

void put_line(std::string& fields, std::string_view what, std::string_view of, const std::string& value) {
  fields.append("x-ratelimit-").append(what).append("-").append(of).append(": ").append(value).append("\r\n");
}

void put_standing(std::string& fields, std::string_view of,
                  const std::optional<auth::LimitStanding>& standing) {
  if (!standing) return;
  put_line(fields, "limit", of, std::to_string(standing->limit));
  put_line(fields, "remaining", of, std::to_string(standing->remaining));
  if (standing->reset) put_line(fields, "reset", of, openai_duration(*standing->reset));
}

void put_anthropic_line(std::string& fields, std::string_view of, std::string_view what,
                        const std::string& value) {
  fields.append("anthropic-ratelimit-").append(of).append("-").append(what).append(": ");
  fields.append(value).append("\r\n");
}

void put_anthropic_standing(std::string& fields, std::string_view of,
                            const std::optional<auth::LimitStanding>& standing, Timestamp now) {
  if (!standing) return;
  put_anthropic_line(fields, of, "limit", std::to_string(standing->limit));
  put_anthropic_line(fields, of, "remaining", std::to_string(standing->remaining));
  if (standing->reset) put_anthropic_line(fields, of, "reset", format_rfc3339(now + *standing->reset));
}

/// Seconds below a minute with as many decimals as they need.
std::string seconds_text(std::int64_t ms) {
  std::string text = std::to_string(ms / 1000);
  if (ms % 1000 == 0) return text;
  std::string decimals = std::to_string(1000 + ms % 1000).substr(1);
  while (decimals.back() == '0') decimals.pop_back();
  return text + '.' + decimals;
}

}  // namespace

std::string openai_duration(std::chrono::milliseconds time) {
  const std::int64_t ms = time.count();
  if (ms <= 0) return "0s";
  if (ms < 1000) return std::to_string(ms) + "ms";
  const std::int64_t minutes = ms / 60'000;
  std::string text;
  if (minutes >= 60) text += std::to_string(minutes / 60) + "h";
  if (minutes > 0) text += std::to_string(minutes % 60) + "m";
  return text + seconds_text(ms % 60'000) + "s";
}

std::string rate_limit_fields(const auth::RateStanding& standing) {
  std::string fields;
  put_standing(fields, "requests", standing.requests);
  put_standing(fields, "tokens", standing.tokens);
  return fields;
}

std::string anthropic_rate_limit_fields(const auth::RateStanding& standing, Timestamp now) {
  std::string fields;
  put_anthropic_standing(fields, "requests", standing.requests, now);
  put_anthropic_standing(fields, "tokens", standing.tokens, now);
  return fields;
}

}  // namespace geminate::app
