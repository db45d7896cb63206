#include "backend/auth/client_token.h"

#include "backend/auth/token_faults.h"
#include "backend/keys/setting_rules.h"

namespace geminate::auth {

Result<ClientToken> token_from_draft(const TokenDraft& draft) {
  ClientToken token;
  GEMINATE_TRY(token.description,
               keys::checked_text("description", draft.description, keys::kMaxDescription, true));
  token.expires_at = draft.expires_at;
  token.is_active = draft.is_active.value_or(true);
  GEMINATE_TRY(token.rate_limit_per_minute,
               keys::checked_limit("rate_limit_per_minute", draft.rate_limit_per_minute));
  GEMINATE_TRY(token.max_tokens_per_day, keys::checked_limit("max_tokens_per_day", draft.max_tokens_per_day));
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
  if (patch.rate_limit_per_minute.present) {
    GEMINATE_TRY(edited.rate_limit_per_minute,
                 keys::checked_limit("rate_limit_per_minute", patch.rate_limit_per_minute.value));
  }
  if (patch.max_tokens_per_day.present) {
    GEMINATE_TRY(edited.max_tokens_per_day,
                 keys::checked_limit("max_tokens_per_day", patch.max_tokens_per_day.value));
  }
  token = std::move(edited);
  return Status::success();
}

Status edit_row(ClientToken& row, const TokenPatch& patch) {
  if (patch.revision && *patch.revision != row.revision) return stale_token();
  GEMINATE_CHECK_OK(apply_patch(row, patch));
  ++row.revision;
  return Status::success();
}

}  // namespace geminate::auth
