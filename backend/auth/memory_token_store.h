#pragma once

#include <map>
#include <vector>

#include "backend/auth/client_token.h"

namespace geminate::auth {

/// Keeps console-made tokens for the life of the process. Thread rule as for every TokenStore.
class MemoryTokenStore final : public TokenStore {
 public:
  Result<std::vector<ClientToken>> load() override;
  Result<ClientToken> insert(ClientToken row, const Change& change) override;
  Result<ClientToken> update(std::int64_t id, const TokenPatch& patch, const Change& change) override;
  Result<ClientToken> rotate(std::int64_t id, const SecretChange& secret, const Change& change) override;
  Status erase(std::int64_t id, const Change& change) override;
  Status save_findings(const std::vector<TokenFinding>& findings) override;

 private:
  std::map<std::int64_t, ClientToken> rows_;
  std::int64_t next_id_ = 1;
};

}  // namespace geminate::auth
