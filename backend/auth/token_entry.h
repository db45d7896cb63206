#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/auth/address_block.h"
#include "backend/auth/client_token.h"
#include "backend/auth/token_runtime.h"
#include "backend/keys/amount_window.h"

namespace geminate::auth {

/// One client token as requests see it: the row, frozen, and the way to its counters.
struct TokenEntry {
  ClientToken token;
  std::shared_ptr<TokenRuntime> runtime;
  /// Of the requests and of the tokens; null when the row sets no limit.
  std::shared_ptr<keys::AmountWindow> minute_requests;
  std::shared_ptr<keys::AmountWindow> minute_tokens;
  /// The row's allowed_ips, read.
  std::vector<AddressBlock> allowed;

  /// Whether a caller from that address is let in.
  [[nodiscard]] bool allows_address(std::string_view address) const;
  /// Whether a secret with that hash, which led here, is let in at that time: the present one always is, the
  /// previous one until its grace ends.
  [[nodiscard]] bool accepts(std::string_view hash, Timestamp at) const;
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
  /// A row that was rotated stands here twice.
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
  /// The finding could not be saved: it is offered again.
  void keep_finding(std::int64_t id) {
    if (const auto entry = find(id)) entry->runtime->keep_finding();
  }

 private:
  std::map<std::int64_t, std::shared_ptr<const TokenEntry>> entries_;
};

ClientTokenView view_of(const TokenEntry& entry, const Now& now);

}  // namespace geminate::auth
