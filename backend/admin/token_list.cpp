#include "backend/admin/token_list.h"

#include <utility>

#include "backend/crypto/encoding.h"
#include "backend/crypto/random.h"
#include "shared/codec/codec.h"

namespace geminate::admin {

TokenListing::TokenListing(const auth::Authenticator& authenticator, KeyStorageMode mode)
    : authenticator_(authenticator), mode_(mode), run_(crypto::hex_encode(crypto::random_bytes(6))) {}

TokenList TokenListing::list(const Now& now) {
  TokenList list;
  list.tokens = authenticator_.list(now);
  list.total_tokens = static_cast<std::int64_t>(list.tokens.size());
  list.is_admin = true;
  list.key_storage_mode = mode_;
  // Compared as it is shown, so that nothing that is shown can change unseen.
  if (std::string text = codec::to_json(list); text != told_) {
    told_ = std::move(text);
    ++version_;
  }
  list.version = run_ + "-t" + std::to_string(version_);
  return list;
}

}  // namespace geminate::admin
