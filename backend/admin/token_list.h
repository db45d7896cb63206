#pragma once

#include <cstdint>
#include <string>

#include "backend/auth/authenticator.h"
#include "shared/core/time.h"
#include "shared/dto/tokens.h"

namespace geminate::admin {

/// The list of client tokens with a version, which changes with whatever can be seen of any of them: edits
/// and use. The authenticator outlives it. Management thread.
class TokenListing {
 public:
  TokenListing(const auth::Authenticator& authenticator, KeyStorageMode mode);

  /// The list as it is now.
  TokenList list(const Now& now);

 private:
  const auth::Authenticator& authenticator_;
  const KeyStorageMode mode_;
  const std::string run_;  // tells versions of this run of the server from another's
  std::string told_;       // the list that has that version, as text
  std::uint64_t version_ = 0;
};

}  // namespace geminate::admin
