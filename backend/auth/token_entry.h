#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/auth/client_token.h"
#include "backend/auth/token_runtime.h"

namespace geminate::auth {

/// One client token as requests see it: the row, frozen, and the way to its counters.
struct TokenEntry {
  ClientToken token;
  std::shared_ptr<TokenRuntime> runtime;
  /// Null when the row sets no limit.
  std::shared_ptr<keys::RateWindow> minute;
};

/// A keyed hash is as good a hash as any; its first bytes will do.
struct HashOfHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view hash) const;
};

/// All client tokens at one moment; never changes once published.
struct TokenSnapshot {
  /// The environment's first, then by id.
  std::vector<std::shared_ptr<const TokenEntry>> entries;
  std::unordered_map<std::string, std::shared_ptr<const TokenEntry>, HashOfHash, std::equal_to<>> by_hash;

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& entry : entries) visit(entry);
  }
  /// Null when unknown.
  [[nodiscard]] std::shared_ptr<const TokenEntry> find(std::string_view hash) const;
};

/// Joins rows with their counters and makes snapshots of them. Belongs to whoever holds the management lock.
class TokenBook {
 public:
  void put(ClientToken row);
  void remove(std::int64_t id) { entries_.erase(id); }
  /// These rows of the store and no others; the environment's stay.
  void replace_stored(std::vector<ClientToken> rows);

  [[nodiscard]] std::shared_ptr<const TokenSnapshot> snapshot() const;
  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<const TokenEntry> find(std::int64_t id) const;
  [[nodiscard]] bool has_hash(std::string_view hash) const;

  /// Of the store's rows only.
  [[nodiscard]] std::vector<TokenFinding> take_findings();

 private:
  std::map<std::int64_t, std::shared_ptr<const TokenEntry>> entries_;
};

ClientTokenView view_of(const TokenEntry& entry, const Now& now);

}  // namespace geminate::auth
