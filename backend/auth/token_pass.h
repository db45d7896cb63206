#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "backend/auth/client_token.h"

namespace geminate::auth {

struct TokenEntry;

/// How a token stands with one of its limits.
struct LimitStanding {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  /// Until all of it is there again; nothing for a limit that never comes back.
  std::optional<std::chrono::milliseconds> reset;
};

/// Of the limits on requests, and of those on tokens, the one with the least left; nothing without a limit.
struct RateStanding {
  std::optional<LimitStanding> requests;
  std::optional<LimitStanding> tokens;
};

/// A caller that was recognised, through one request: counts it, reserves what it may cost, and settles what
/// it did cost. What is reserved and never settled stays spent. Keeps its token's row and counters alive. One
/// thread at a time; the counters behind it are shared by all.
class TokenPass {
 public:
  /// Nobody's: for routes that need no client token. Nothing but moving it and `standing` is allowed.
  TokenPass() = default;
  explicit TokenPass(std::shared_ptr<const TokenEntry> entry);
  TokenPass(TokenPass&& other) noexcept = default;
  TokenPass& operator=(TokenPass&& other) noexcept = default;
  TokenPass(const TokenPass&) = delete;
  TokenPass& operator=(const TokenPass&) = delete;
  ~TokenPass() = default;

  [[nodiscard]] const ClientToken& token() const;

  /// Counts the request, or RateLimited: its requests of the minute or the day are made, or its tokens of the
  /// day or of its life or its budget are all spent. What is counted is never given back.
  Status count_request(const Now& now);
  /// Forbidden, naming the model, unless the token may use it.
  [[nodiscard]] Status check_model(std::string_view model) const;
  /// Reserves what the request may cost, or RateLimited and nothing is reserved. An estimate beyond a whole
  /// limit counts as that limit. At most once.
  Status reserve(std::int64_t tokens, const Now& now);
  /// What the request cost, in place of what was reserved. At most once.
  void spend(std::int64_t tokens, const Now& now);

  /// Whether somebody has to tell what the request cost.
  [[nodiscard]] bool has_budget() const { return token().max_cost_micros.has_value(); }
  /// Takes what a request cost from the budget, in picodollars: what is known for certain, no estimates.
  void charge(std::int64_t picos, const Now& now);

  [[nodiscard]] RateStanding standing(const Now& now) const;

 private:
  /// Why the day's or the whole life's tokens or the budget do not suffice, if they do not.
  [[nodiscard]] std::optional<Error> tokens_refusal(std::int64_t tokens, const Now& now) const;
  [[nodiscard]] std::optional<Error> budget_refusal(const Now& now) const;
  [[nodiscard]] std::int64_t within_limits(std::int64_t tokens) const;

  std::shared_ptr<const TokenEntry> entry_;
  std::int64_t reserved_ = 0;
  std::int32_t day_ = 0;
  /// Where it lies in the window of the minute's tokens.
  std::int64_t place_ = -1;
};

}  // namespace geminate::auth
