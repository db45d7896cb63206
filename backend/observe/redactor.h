#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shared/core/secret.h"

namespace geminate::observe {

/// Takes secrets out of text on its way to the log: what looks like a credential, and every text it was told.
/// Any thread.
class Redactor {
 public:
  Redactor();

  static constexpr std::size_t kMinSecretBytes = 6;

  /// Texts under kMinSecretBytes are ignored.
  void add(const Secret& secret);
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  /// Length of the registered secret that begins there; 0 for none.
  [[nodiscard]] std::size_t known_secret(std::string_view text) const;
  void add_spelling(std::string_view spelling);

  mutable std::mutex mutex_;
  /// By their first four bytes, so that a text is searched for thousands of secrets in one pass.
  std::unordered_map<std::uint32_t, std::vector<Secret>> by_beginning_;
  std::bitset<65536> beginnings_;
  /// What a credential or a known secret can begin with: most bytes of a line need no closer look.
  std::bitset<256> first_bytes_;
};

}  // namespace geminate::observe
