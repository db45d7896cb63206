#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/crypto/short_tag.h"

namespace geminate::auth {

/// Remembers the keyed hashes of the secrets that one thread admitted lately, so that a busy caller is not
/// hashed anew with every request. Secrets themselves are not kept: a secret is known again by a 128-bit tag
/// under a key that never leaves its authenticator, and what a hash stands for is looked up as ever, so that
/// nothing here has to be forgotten when a token is disabled. One thread.
class HashMemo {
 public:
  /// The hash of the secret with this tag; nothing when it isn't remembered.
  [[nodiscard]] std::optional<std::string_view> find(const crypto::ShortTag& tag) {
    const Entry& entry = place_of(tag);
    if (entry.hash.empty() || entry.tag != tag) return std::nullopt;
    return entry.hash;
  }

  void keep(const crypto::ShortTag& tag, std::string_view hash) {
    Entry& entry = place_of(tag);
    entry.tag = tag;
    entry.hash = hash;
  }

 private:
  struct Entry {
    crypto::ShortTag tag{};
    std::string hash;
  };

  /// Every tag has one place; who comes later takes it.
  Entry& place_of(const crypto::ShortTag& tag) { return entries_[tag[0] % entries_.size()]; }

  std::array<Entry, 256> entries_;
};

}  // namespace geminate::auth
