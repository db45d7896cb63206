#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/auth/client_token.h"
#include "shared/core/secret.h"

namespace geminate::auth {

class TokenRuntime;

/// A caller that was let in. Keeps its row and counters alive for the length of the request.
class TokenPass {
 public:
  TokenPass() = default;
  TokenPass(std::shared_ptr<const ClientToken> token, std::shared_ptr<TokenRuntime> runtime)
      : token_(std::move(token)), runtime_(std::move(runtime)) {}
  [[nodiscard]] const ClientToken& token() const { return *token_; }
  /// Counts what the request cost. Any worker thread.
  void spend(std::int64_t tokens, const Now& now) const;

 private:
  std::shared_ptr<const ClientToken> token_;
  std::shared_ptr<TokenRuntime> runtime_;
};

/// The client tokens in use: the environment's and the store's. Same shape as keys::KeyPool: readers see a
/// snapshot, edits are saved, then published.
class Authenticator {
 public:
  /// `environment_tokens`: the secrets of CLIENT_TOKENS. Ids of these rows are negative and never reach the
  /// store; their edits last for this run. `hash_key`: 32 bytes that hashed the store's rows (database mode:
  /// a subkey); empty: a random one, for a store that forgets.
  Authenticator(TokenStore& store, const std::vector<Secret>& environment_tokens, Secret hash_key = {});
  ~Authenticator();

  // ---- start and management thread.
  Status load();
  /// Makes a token: 256 bits of randomness, "gmt_" + base62 + checksum; the secret is in the answer, once.
  Result<TokenCreated> add(const TokenDraft& draft, const Change& change, const Now& now);
  Result<ClientTokenView> update(std::int64_t id, const TokenPatch& patch, const Change& change,
                                 const Now& now);
  /// Forbidden for the environment's: they would be back with the next start.
  Status erase(std::int64_t id, const Change& change);
  Status flush_findings();
  [[nodiscard]] std::vector<ClientTokenView> list(const Now& now) const;

  // ---- any worker thread; never blocks.
  /// Lets the caller in and counts the request, or: Unauthenticated (unknown, disabled, expired; which one is
  /// in `detail` only), RateLimited with retry_after (its own limits).
  Result<TokenPass> admit(std::string_view secret, const Now& now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::auth
