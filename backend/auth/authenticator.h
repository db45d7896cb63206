#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/audit/audit_log.h"
#include "backend/auth/client_token.h"
#include "backend/auth/token_pass.h"
#include "shared/core/secret.h"

namespace geminate::auth {

/// The client tokens in use: the environment's and the store's. Same shape as keys::KeyPool: readers see a
/// snapshot, edits are saved, then published.
class Authenticator {
 public:
  /// `environment_tokens`: the secrets of CLIENT_TOKENS. Ids of these rows are negative and never reach the
  /// store; their edits last for this run. `hash_key`: 32 bytes that hashed the store's rows (database mode:
  /// a subkey); empty: a random one, for a store that forgets.
  /// Edits of the environment's rows leave their rows in `audit`, which outlives it; null: nowhere.
  Authenticator(TokenStore& store, const std::vector<Secret>& environment_tokens, Secret hash_key = {},
                audit::AuditLog* audit = nullptr);
  ~Authenticator();

  // ---- start and management thread.
  Status load();
  /// Makes a token: 256 bits of randomness, "gmt_" + base62 + checksum; the secret is in the answer, once.
  Result<TokenCreated> add(const TokenDraft& draft, const Change& change, const Now& now);
  Result<ClientTokenView> update(std::int64_t id, const TokenPatch& patch, const Change& change,
                                 const Now& now);
  /// Gives the token a new secret, which is in the answer, once; the present one stays valid for the grace
  /// period, and one that an earlier rotation left valid ends. NotFound; Conflict when `rotation.revision` is
  /// stale; Forbidden for the environment's.
  Result<TokenCreated> rotate(std::int64_t id, const TokenRotation& rotation, const Change& change,
                              const Now& now);
  /// Forbidden for the environment's: they would be back with the next start.
  Status erase(std::int64_t id, const Change& change);
  Status flush_findings();
  [[nodiscard]] std::vector<ClientTokenView> list(const Now& now) const;

  // ---- any worker thread; never blocks.
  /// Recognises the caller at that address, or: Unauthenticated (unknown, disabled, expired, rotated away;
  /// which one is in `detail` only), Forbidden (the token may not be used from there; without an address, no
  /// token may that has a list of them). Counts nothing: that is the pass's to do.
  Result<TokenPass> admit(std::string_view secret, const Now& now, std::string_view peer = {});

  /// The same for whoever proves otherwise that this token let them in before (the address of an upload).
  Result<TokenPass> admit_holder(std::int64_t token_id, const Now& now, std::string_view peer = {});

  /// Whether a client token has this secret, in force or not. Any thread.
  [[nodiscard]] bool knows(std::string_view secret, Timestamp now) const;

  /// An admin's own requests (the console's playground): counted like a token's under the id that no token
  /// has, without limits. Whoever asks for it has checked that it is an admin.
  [[nodiscard]] TokenPass admin_pass() const;
  static constexpr std::int64_t kAdminId = 0;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::auth
