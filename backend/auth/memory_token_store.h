#pragma once

#include <map>
#include <vector>

#include "backend/audit/audit_log.h"
#include "backend/auth/client_token.h"

namespace geminate::auth {

/// Keeps console-made tokens for the life of the process. Thread rule as for every TokenStore.
class MemoryTokenStore final : public TokenStore {
 public:
  /// Changes leave their rows in `audit`, which outlives it; null: nowhere.
  explicit MemoryTokenStore(audit::AuditLog* audit = nullptr) : audit_(audit) {}

  Result<std::vector<ClientToken>> load() override;
  Result<ClientToken> insert(ClientToken row, const Change& change) override;
  Result<ClientToken> update(std::int64_t id, const TokenPatch& patch, const Change& change) override;
  Result<ClientToken> rotate(std::int64_t id, const SecretChange& secret, const Change& change) override;
  Status erase(std::int64_t id, const Change& change) override;
  Status save_findings(const std::vector<TokenFinding>& findings) override;

 private:
  Status tell(const Change& change, const ClientToken* before, const ClientToken* after);
  /// Edits a row as `edit(ClientToken&)` says.
  template <class Edit>
  Result<ClientToken> change_row(std::int64_t id, const Change& change, const Edit& edit);

  std::map<std::int64_t, ClientToken> rows_;
  std::int64_t next_id_ = 1;
  audit::AuditLog* audit_;
};

}  // namespace geminate::auth
