#include "backend/auth/client_token.h"

#include <string_view>
#include <utility>

#include "backend/auth/token_faults.h"
#include "backend/auth/token_settings.h"
#include "backend/keys/setting_rules.h"

namespace geminate::auth {
namespace {

using Limit = std::optional<std::int64_t>;
using Names = std::vector<std::string>;

/// What a draft says, as an update of the defaults.
template <class T>
Patch<T> as_patch(const std::optional<T>& value) {
  return value ? Patch<T>::to(*value) : Patch<T>{};
}

Status apply_limit(std::string_view field, const Patch<std::int64_t>& patch, Limit& target) {
  if (!patch.present) return Status::success();
  GEMINATE_TRY(target, keys::checked_limit(field, patch.value));
  return Status::success();
}

Status apply_limits(ClientToken& token, const TokenPatch& patch) {
  GEMINATE_CHECK_OK(
      apply_limit("rate_limit_per_minute", patch.rate_limit_per_minute, token.rate_limit_per_minute));
  GEMINATE_CHECK_OK(apply_limit("max_tokens_per_day", patch.max_tokens_per_day, token.max_tokens_per_day));
  GEMINATE_CHECK_OK(apply_limit("tokens_per_minute", patch.tokens_per_minute, token.tokens_per_minute));
  GEMINATE_CHECK_OK(apply_limit("requests_per_day", patch.requests_per_day, token.requests_per_day));
  GEMINATE_CHECK_OK(apply_limit("context_window", patch.context_window, token.context_window));
  return apply_limit("max_tokens_total", patch.max_tokens_total, token.max_tokens_total);
}

Status apply_budget(ClientToken& token, const TokenPatch& patch) {
  if (patch.max_cost_usd.present) {
    GEMINATE_TRY(token.max_cost_micros, checked_budget("max_cost_usd", patch.max_cost_usd.value));
  }
  GEMINATE_TRY(const auto period, keys::checked_present("cost_period", patch.cost_period));
  if (!period || *period == token.cost_period) return Status::success();
  token.cost_period = *period;
  token.cost_picos = 0;
  token.cost_start = 0;
  return Status::success();
}

/// Null is the empty list.
Status apply_lists(ClientToken& token, const TokenPatch& patch) {
  if (patch.models.present) {
    GEMINATE_TRY(token.models, checked_models("models", patch.models.value.value_or(Names{})));
  }
  if (patch.allowed_ips.present) {
    GEMINATE_TRY(token.allowed_ips,
                 checked_addresses("allowed_ips", patch.allowed_ips.value.value_or(Names{})));
  }
  return Status::success();
}

Status check_revision(const ClientToken& row, std::optional<std::int64_t> revision) {
  if (revision && *revision != row.revision) return stale_token();
  return Status::success();
}

}  // namespace

Result<ClientToken> token_from_draft(const TokenDraft& draft) {
  TokenPatch patch;
  patch.description = as_patch(draft.description);
  patch.expires_at = as_patch(draft.expires_at);
  patch.is_active = as_patch(draft.is_active);
  patch.rate_limit_per_minute = as_patch(draft.rate_limit_per_minute);
  patch.max_tokens_per_day = as_patch(draft.max_tokens_per_day);
  patch.tokens_per_minute = as_patch(draft.tokens_per_minute);
  patch.requests_per_day = as_patch(draft.requests_per_day);
  patch.max_tokens_total = as_patch(draft.max_tokens_total);
  patch.max_cost_usd = as_patch(draft.max_cost_usd);
  patch.cost_period = as_patch(draft.cost_period);
  patch.models = as_patch(draft.models);
  patch.allowed_ips = as_patch(draft.allowed_ips);
  patch.enable_context_management = as_patch(draft.enable_context_management);
  patch.context_window = as_patch(draft.context_window);
  ClientToken token;
  GEMINATE_CHECK_OK(apply_patch(token, patch));
  return token;
}

Status apply_patch(ClientToken& token, const TokenPatch& patch) {
  ClientToken edited = token;
  if (patch.description.present) {
    GEMINATE_TRY(edited.description,
                 keys::checked_text("description", patch.description.value, keys::kMaxDescription, true));
  }
  if (patch.expires_at.present) edited.expires_at = patch.expires_at.value;
  GEMINATE_TRY(const auto is_active, keys::checked_present("is_active", patch.is_active));
  if (is_active) edited.is_active = *is_active;
  GEMINATE_CHECK_OK(apply_limits(edited, patch));
  GEMINATE_CHECK_OK(apply_budget(edited, patch));
  GEMINATE_CHECK_OK(apply_lists(edited, patch));
  if (patch.enable_context_management.present)
    edited.enable_context_management = patch.enable_context_management.value;
  token = std::move(edited);
  return Status::success();
}

Status edit_row(ClientToken& row, const TokenPatch& patch) {
  GEMINATE_CHECK_OK(check_revision(row, patch.revision));
  GEMINATE_CHECK_OK(apply_patch(row, patch));
  ++row.revision;
  return Status::success();
}

Status rotate_row(ClientToken& row, const SecretChange& secret) {
  GEMINATE_CHECK_OK(check_revision(row, secret.revision));
  row.previous_valid_until = secret.previous_valid_until;
  row.previous_hash = secret.previous_valid_until ? std::move(row.secret_hash) : std::string();
  row.secret_hash = secret.secret_hash;
  row.preview = secret.preview;
  ++row.revision;
  return Status::success();
}

Result<std::optional<Timestamp>> grace_end(const TokenRotation& rotation, Timestamp now) {
  const std::int64_t seconds = rotation.grace_seconds.value_or(kDefaultGraceSeconds);
  if (seconds < 0 || seconds > kMaxGraceSeconds) {
    return keys::bad_field("grace_seconds",
                           "grace_seconds must be from 0 to " + std::to_string(kMaxGraceSeconds));
  }
  if (seconds == 0) return std::optional<Timestamp>{};
  return std::optional<Timestamp>{now + std::chrono::seconds{seconds}};
}

}  // namespace geminate::auth
