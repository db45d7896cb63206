#include <algorithm>

#include "frontend-wasm/app/tokens_state.h"

namespace geminate::ui {
namespace {

bool reached(std::int64_t used, const std::optional<std::int64_t>& limit) { return limit && used >= *limit; }

bool at_limit(const ClientTokenView& token) {
  return reached(token.requests_today, token.requests_per_day) ||
         reached(token.tokens_used_today, token.max_tokens_per_day) ||
         reached(token.tokens_used_total, token.max_tokens_total) ||
         (token.max_cost_usd && token.cost_used_usd >= *token.max_cost_usd);
}

/// Letters of ASCII alone: what else is typed stands in one case.
std::string lowered(std::string_view text) {
  std::string low(text);
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

std::vector<std::string> words_of(std::string_view search) {
  std::vector<std::string> words;
  while (!search.empty()) {
    const std::size_t end = std::min(search.find_first_of(" \t"), search.size());
    if (end > 0) words.push_back(lowered(search.substr(0, end)));
    search.remove_prefix(std::min(end + 1, search.size()));
  }
  return words;
}

bool has_words(const ClientTokenView& token, const std::vector<std::string>& words) {
  std::string all = "…" + token.token_preview + '\n' + token.description.value_or("");
  for (const std::string& model : token.models) all += '\n' + model;
  all = lowered(all);
  return std::all_of(words.begin(), words.end(),
                     [&all](const std::string& word) { return all.find(word) != std::string::npos; });
}

}  // namespace

TokenStanding standing_of(const ClientTokenView& token, Timestamp now) {
  if (token.expires_at && *token.expires_at <= now) return TokenStanding::Expired;
  if (!token.is_active) return TokenStanding::Disabled;
  return at_limit(token) ? TokenStanding::AtLimit : TokenStanding::Active;
}

bool matches(TokenFilter filter, TokenStanding standing) {
  switch (filter) {
    case TokenFilter::All:
      return true;
    case TokenFilter::Active:
      return standing == TokenStanding::Active;
    case TokenFilter::AtLimit:
      return standing == TokenStanding::AtLimit;
    case TokenFilter::Disabled:
      return standing == TokenStanding::Disabled;
    case TokenFilter::Expired:
      break;
  }
  return standing == TokenStanding::Expired;
}

TokenCounts count_tokens(const std::vector<ClientTokenView>& tokens, Timestamp now) {
  TokenCounts counts;
  for (const ClientTokenView& token : tokens) {
    const TokenStanding standing = standing_of(token, now);
    ++counts.all;
    if (standing == TokenStanding::Active) ++counts.active;
    if (standing == TokenStanding::AtLimit) ++counts.at_limit;
    if (standing == TokenStanding::Disabled) ++counts.disabled;
    if (standing == TokenStanding::Expired) ++counts.expired;
  }
  return counts;
}

std::vector<std::uint32_t> shown_tokens(const std::vector<ClientTokenView>& tokens, const TokenQuery& query,
                                        Timestamp now) {
  const std::vector<std::string> words = words_of(query.search);
  std::vector<std::uint32_t> shown;
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    if (matches(query.filter, standing_of(tokens[i], now)) && has_words(tokens[i], words)) shown.push_back(i);
  }
  return shown;
}

}  // namespace geminate::ui
