#include "backend/auth/token_moves.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/audit/field_moves.h"

namespace geminate::auth {

using audit::note_move;

namespace {

std::optional<std::string> shown(const ClientToken& token) {
  return token.secret_hash.empty() ? std::nullopt : std::optional("…" + token.preview);
}

std::vector<FieldMove> token_moves(const ClientToken& from, const ClientToken& to) {
  std::vector<FieldMove> moves;
  if (from.secret_hash != to.secret_hash) moves.push_back({"secret", shown(from), shown(to)});
  note_move(moves, "previous_valid_until", from.previous_valid_until, to.previous_valid_until);
  note_move(moves, "description", from.description, to.description);
  note_move(moves, "expires_at", from.expires_at, to.expires_at);
  note_move(moves, "is_active", from.is_active, to.is_active);
  note_move(moves, "rate_limit_per_minute", from.rate_limit_per_minute, to.rate_limit_per_minute);
  note_move(moves, "max_tokens_per_day", from.max_tokens_per_day, to.max_tokens_per_day);
  note_move(moves, "tokens_per_minute", from.tokens_per_minute, to.tokens_per_minute);
  note_move(moves, "requests_per_day", from.requests_per_day, to.requests_per_day);
  note_move(moves, "max_tokens_total", from.max_tokens_total, to.max_tokens_total);
  note_move(moves, "max_cost_micros", from.max_cost_micros, to.max_cost_micros);
  note_move(moves, "cost_period", from.cost_period, to.cost_period);
  note_move(moves, "models", from.models, to.models);
  note_move(moves, "allowed_ips", from.allowed_ips, to.allowed_ips);
  note_move(moves, "enable_context_management", from.enable_context_management, to.enable_context_management);
  note_move(moves, "context_window", from.context_window, to.context_window);
  return moves;
}

}  // namespace

Change token_change(const Change& change, const ClientToken* before, const ClientToken* after) {
  const ClientToken none;
  const std::int64_t id = after != nullptr ? after->id : before->id;
  return audit::completed(change, "token", std::to_string(id),
                          token_moves(before != nullptr ? *before : none, after != nullptr ? *after : none));
}

}  // namespace geminate::auth
