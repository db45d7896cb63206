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
  std::string preview;
  std::optional<std::string> description;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  bool is_active = true;
  Origin origin = Origin::Console;
  std::optional<std::int64_t> rate_limit_per_minute;
  std::optional<std::int64_t> max_tokens_per_day;
  std::int64_t revision = 1;

  std::optional<Timestamp> last_used_at;
  std::int64_t requests_used = 0;
  std::int64_t tokens_used = 0;
  /// The Pacific day the two counters belong to; days since 1970-01-01 in Pacific local time.
  std::int32_t used_day = 0;
};

Result<ClientToken> token_from_draft(const TokenDraft& draft);
Status apply_patch(ClientToken& token, const TokenPatch& patch);
/// The same as an edit of a kept row: Conflict when `patch.revision` is stale, and the row's revision counts
/// it.
Status edit_row(ClientToken& row, const TokenPatch& patch);

struct TokenFinding {
  std::int64_t id = 0;
  std::optional<Timestamp> last_used_at{};
  std::int64_t requests_used = 0;
  std::int64_t tokens_used = 0;
  std::int32_t used_day = 0;
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
  virtual Status erase(std::int64_t id, const Change& change) = 0;
  virtual Status save_findings(const std::vector<TokenFinding>& findings) = 0;
};

}  // namespace geminate::auth
