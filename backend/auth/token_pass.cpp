#include "backend/auth/token_pass.h"

#include <algorithm>
#include <string>

#include "backend/auth/token_entry.h"
#include "backend/auth/token_settings.h"
#include "backend/keys/pacific_day.h"

namespace geminate::auth {
namespace {

using std::chrono::milliseconds;
using Limit = std::optional<std::int64_t>;

Error over_limit(std::string message, milliseconds wait) {
  return Error{ErrorCode::RateLimited, std::move(message), {}, {}, std::max(wait, milliseconds{1})};
}

/// Time alone does not help here: there is no retry_after.
Error spent_for_good() {
  return Error{ErrorCode::RateLimited, "the client token has spent all the tokens of its life", {}, {}, {}};
}

milliseconds until_midnight(const Now& now) { return keys::next_pacific_midnight(now.wall) - now.wall; }

Error requests_of_the_day_made(const Now& now) {
  return over_limit("the client token has made its requests of the day", until_midnight(now));
}

/// Nothing fits once a limit is reached, not even what costs nothing.
bool exceeds(const Limit& limit, std::int64_t used, std::int64_t tokens) {
  return limit && used + std::max<std::int64_t>(tokens, 1) > *limit;
}

void put_scarcer(std::optional<LimitStanding>& standing, const Limit& limit, std::int64_t used,
                 std::optional<milliseconds> reset) {
  if (!limit) return;
  const std::int64_t remaining = std::max<std::int64_t>(*limit - used, 0);
  if (standing && standing->remaining <= remaining) return;
  // An untouched limit is where it begins already.
  if (reset && used <= 0) reset = milliseconds{0};
  standing = LimitStanding{*limit, remaining, reset};
}

/// Of a minute's window.
void put_scarcer(std::optional<LimitStanding>& standing, const Limit& limit, keys::AmountWindow* window,
                 const Now& now) {
  if (!limit || window == nullptr) return;
  const auto reading = window->reading(now.steady);
  put_scarcer(standing, limit, reading.amount, reading.until_empty);
}

}  // namespace

TokenPass::TokenPass(std::shared_ptr<const TokenEntry> entry) : entry_(std::move(entry)) {}

const ClientToken& TokenPass::token() const { return entry_->token; }

std::optional<Error> TokenPass::budget_refusal(const Now& now) const {
  constexpr std::int64_t kPicosInAMicro = 1'000'000;
  const ClientToken& row = token();
  if (entry_->runtime->cost().spent(now.wall) < *row.max_cost_micros * kPicosInAMicro) return std::nullopt;
  const std::string message =
      "the client token has spent its budget of the " + std::string(name_of(row.cost_period));
  const auto end = period_end(row.cost_period, now.wall);
  if (end) return over_limit(message, *end - now.wall);
  // Time alone does not help here either.
  return Error{ErrorCode::RateLimited, message, {}, {}, {}};
}

void TokenPass::charge(std::int64_t picos, const Now& now) { entry_->runtime->charge(picos, now); }

std::optional<Error> TokenPass::tokens_refusal(std::int64_t tokens, const Now& now) const {
  const TokenRuntime& runtime = *entry_->runtime;
  if (exceeds(token().max_tokens_total, runtime.tokens_total(), tokens)) return spent_for_good();
  if (has_budget()) {
    if (auto refusal = budget_refusal(now)) return refusal;
  }
  if (exceeds(token().max_tokens_per_day, runtime.tokens_on(keys::pacific_day(now.wall)), tokens))
    return over_limit("the client token has spent its tokens of the day", until_midnight(now));
  return std::nullopt;
}

// The longest wait is looked for first, so that a caller is not told to come back in a minute to a limit of
// the day. What is then taken is taken in one step per limit: a race is lost by being refused, never by going
// over.
Status TokenPass::count_request(const Now& now) {
  if (auto refusal = tokens_refusal(0, now)) return std::move(*refusal);
  const std::int32_t today = keys::pacific_day(now.wall);
  if (exceeds(token().requests_per_day, entry_->runtime->requests_on(today), 1))
    return requests_of_the_day_made(now);
  keys::AmountWindow::Place place = keys::AmountWindow::kNowhere;
  if (entry_->minute_requests != nullptr) {
    const auto wait =
        entry_->minute_requests->reserve(1, token().rate_limit_per_minute.value(), now.steady, place);
    if (wait) return over_limit("the client token has made its requests of the minute", *wait);
  }
  if (entry_->runtime->count_request(now, token().requests_per_day)) return Status::success();
  if (entry_->minute_requests != nullptr) entry_->minute_requests->give_back(place, 1);
  return requests_of_the_day_made(now);
}

Status TokenPass::check_model(std::string_view model) const {
  if (allows_model(token().models, model)) return Status::success();
  constexpr std::size_t kShown = 200;
  return Error{ErrorCode::Forbidden,
               "the client token may not use the model " + std::string(model.substr(0, kShown)),
               {},
               "model",
               {}};
}

std::int64_t TokenPass::within_limits(std::int64_t tokens) const {
  for (const Limit& limit : {token().tokens_per_minute, token().max_tokens_per_day, token().max_tokens_total})
    if (limit) tokens = std::min(tokens, *limit);
  return tokens;
}

Status TokenPass::reserve(std::int64_t tokens, const Now& now) {
  tokens = within_limits(tokens);
  if (tokens <= 0) return Status::success();
  if (auto refusal = tokens_refusal(tokens, now)) return std::move(*refusal);
  if (entry_->minute_tokens != nullptr) {
    const auto wait =
        entry_->minute_tokens->reserve(tokens, token().tokens_per_minute.value(), now.steady, place_);
    if (wait) return over_limit("the client token has spent its tokens of the minute", *wait);
  }
  const auto day = entry_->runtime->reserve_tokens(tokens, now, token().max_tokens_per_day,  //
                                                   token().max_tokens_total);
  if (!day) {
    if (entry_->minute_tokens != nullptr) entry_->minute_tokens->give_back(place_, tokens);
    // Others took the rest meanwhile; should they have given it back already, then it is worth asking again.
    return tokens_refusal(tokens, now).value_or(over_limit("the client token is at its limit", {}));
  }
  day_ = *day;
  reserved_ = tokens;
  return Status::success();
}

void TokenPass::spend(std::int64_t tokens, const Now& now) {
  const std::int64_t more = std::max<std::int64_t>(tokens, 0) - reserved_;
  reserved_ = 0;
  if (more > 0) {
    entry_->runtime->add_tokens(more, now);
    if (entry_->minute_tokens != nullptr) entry_->minute_tokens->add(more, now.steady);
  } else if (more < 0) {
    entry_->runtime->give_back_tokens(-more, day_);
    if (entry_->minute_tokens != nullptr) entry_->minute_tokens->give_back(place_, -more);
  }
}

RateStanding TokenPass::standing(const Now& now) const {
  RateStanding standing;
  if (entry_ == nullptr) return standing;
  const ClientToken& row = token();
  put_scarcer(standing.requests, row.rate_limit_per_minute, entry_->minute_requests.get(), now);
  put_scarcer(standing.tokens, row.tokens_per_minute, entry_->minute_tokens.get(), now);
  if (!row.requests_per_day && !row.max_tokens_per_day && !row.max_tokens_total) return standing;
  const TokenRuntime& runtime = *entry_->runtime;
  const std::int32_t today = keys::pacific_day(now.wall);
  put_scarcer(standing.requests, row.requests_per_day, runtime.requests_on(today), until_midnight(now));
  put_scarcer(standing.tokens, row.max_tokens_per_day, runtime.tokens_on(today), until_midnight(now));
  put_scarcer(standing.tokens, row.max_tokens_total, runtime.tokens_total(), std::nullopt);
  return standing;
}

}  // namespace geminate::auth
