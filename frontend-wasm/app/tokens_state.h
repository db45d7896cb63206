#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/tokens.h"

namespace geminate::ui {

/// What a client that presents the token would find: in, in but at a limit that a day or more has to end,
/// or refused.
enum class TokenStanding : std::uint8_t { Active, AtLimit, Disabled, Expired };
enum class TokenFilter : std::uint8_t { All, Active, AtLimit, Disabled, Expired };

struct TokenQuery {
  std::string search;
  TokenFilter filter = TokenFilter::All;
};

struct TokenCounts {
  std::uint32_t all = 0, active = 0, at_limit = 0, disabled = 0, expired = 0;
};

/// Limits and times as typed; an empty one means none.
struct TokenForm {
  std::string description;
  std::string rate_limit_per_minute, tokens_per_minute;
  std::string requests_per_day, max_tokens_per_day, max_tokens_total;
  std::string max_cost_usd;
  std::string models, allowed_ips;  // separated by commas, blanks or lines
  std::string expires_at;
  std::string context_window;
  std::optional<bool> enable_context_management;  // nothing: the upstream key decides
  BudgetPeriod cost_period = BudgetPeriod::Month;
  bool is_active = true;
  friend bool operator==(const TokenForm&, const TokenForm&) = default;
};

/// The question before a token gets another secret.
struct TokenRotationAsk {
  std::int64_t id = 0;
  std::int64_t revision = 0;  // of the row that was on screen
  std::int64_t grace_seconds = 86'400;
  bool running = false;
};

/// In which language the example of the made token's use is written.
enum class ClientExample : std::uint8_t { Gemini, Openai, Anthropic };

TokenStanding standing_of(const ClientTokenView& token, Timestamp now);
bool matches(TokenFilter filter, TokenStanding standing);
TokenCounts count_tokens(const std::vector<ClientTokenView>& tokens, Timestamp now);
/// Positions in the list of those that answer the query, in its order. The search takes every word, in any
/// case: in the description, the mark, or a model.
std::vector<std::uint32_t> shown_tokens(const std::vector<ClientTokenView>& tokens, const TokenQuery& query,
                                        Timestamp now);

/// A command line that asks this server for an answer with that secret. Pure; quoted for a POSIX shell.
std::string curl_example(ClientExample example, std::string_view server, std::string_view secret,
                         const std::vector<std::string>& models);

}  // namespace geminate::ui
