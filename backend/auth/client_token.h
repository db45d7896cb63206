#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/core/time.h"
#include "shared/dto/tokens.h"

namespace geminate::auth {

using geminate::Change;

/// What a caller presents: one row of a token store. Its secret is never kept, only a hash of it.
struct ClientToken {
  std::int64_t id = 0;
  /// Keyed hash of the whole secret, 32 bytes.
  std::string secret_hash;
  /// The same of the secret before the last rotation, and until when that is let in; empty when there is
  /// none.
  std::string previous_hash;
  std::optional<Timestamp> previous_valid_until;
  std::string preview;
  std::optional<std::string> description;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  bool is_active = true;
  Origin origin = Origin::Console;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::int64_t> max_tokens_per_day;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> requests_per_day;
  std::optional<std::int64_t> max_tokens_total;
  /// In millionths of a dollar, for each `cost_period`.
  std::optional<std::int64_t> max_cost_micros;
  BudgetPeriod cost_period = BudgetPeriod::Month;
  /// As checked_models and checked_addresses leave them.
  std::vector<std::string> models;
  std::vector<std::string> allowed_ips;
  /// Whether too long conversations are cut; nothing: the upstream key decides.
  std::optional<bool> enable_context_management;
  /// Tokens; nothing: the upstream key's.
  std::optional<std::int64_t> context_window;
  std::int64_t revision = 1;

  std::optional<Timestamp> last_used_at;
  std::int64_t requests_used = 0;
  std::int64_t tokens_used = 0;
  /// The Pacific day the two counters belong to; days since 1970-01-01 in Pacific local time.
  std::int32_t used_day = 0;
  /// In all its life.
  std::int64_t tokens_total = 0;
  /// As CostCount::Reading has them.
  std::int64_t cost_picos = 0;
  std::int32_t cost_start = 0;
};

/// A new secret for a row, without the secret.
struct SecretChange {
  std::string secret_hash;
  std::string preview;
  /// Until when the present secret stays valid; nothing: it ends at once.
  std::optional<Timestamp> previous_valid_until;
  /// The row's, where the caller wants it checked.
  std::optional<std::int64_t> revision;
};

Result<ClientToken> token_from_draft(const TokenDraft& draft);
Status apply_patch(ClientToken& token, const TokenPatch& patch);
/// The same as an edit of a kept row: Conflict when `patch.revision` is stale, and the row's revision counts
/// it.
Status edit_row(ClientToken& row, const TokenPatch& patch);
/// Rotates a kept row's secret; a secret that an earlier rotation left valid ends. Conflict and revision as
/// above.
Status rotate_row(ClientToken& row, const SecretChange& secret);

/// Until when the secret should stay valid that a rotation at `now` replaces; nothing: not at all.
/// BadRequest that names the field.
Result<std::optional<Timestamp>> grace_end(const TokenRotation& rotation, Timestamp now);

struct TokenFinding {
  std::int64_t id = 0;
  std::optional<Timestamp> last_used_at{};
  std::int64_t requests_used = 0;
  std::int64_t tokens_used = 0;
  std::int32_t used_day = 0;
  std::int64_t tokens_total = 0;
  std::int64_t cost_picos = 0;
  std::int32_t cost_start = 0;
};

/// Where tokens made in the console are kept: MemoryTokenStore or storage::SqlTokenStore. Calls block; one
/// thread at a time (the management thread). The environment's tokens are in no store; the authenticator adds
/// them.
class TokenStore {
 public:
  virtual ~TokenStore() = default;
  virtual Result<std::vector<ClientToken>> load() = 0;
  /// Gives the row id, created_at and revision 1.
  virtual Result<ClientToken> insert(ClientToken row, const Change& change) = 0;
  /// NotFound; Conflict when `patch.revision` is stale; BadRequest with the field.
  virtual Result<ClientToken> update(std::int64_t id, const TokenPatch& patch, const Change& change) = 0;
  /// Gives the row a new secret. NotFound, Conflict as above.
  virtual Result<ClientToken> rotate(std::int64_t id, const SecretChange& secret, const Change& change) = 0;
  virtual Status erase(std::int64_t id, const Change& change) = 0;
  virtual Status save_findings(const std::vector<TokenFinding>& findings) = 0;
};

}  // namespace geminate::auth
