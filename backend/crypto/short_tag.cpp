#include "backend/crypto/short_tag.h"

#include <sodium.h>

#include <cstdlib>

#include "backend/crypto/sodium_ready.h"

namespace geminate::crypto {

static_assert(sizeof(ShortTag) == crypto_shorthash_siphashx24_BYTES);
static_assert(kShortTagKeyBytes == crypto_shorthash_siphashx24_KEYBYTES);

ShortTag short_tag(const Secret& key, std::string_view text) {
  ensure_sodium();
  // A key of another length is a fault of ours.
  if (key.reveal().size() != kShortTagKeyBytes) std::abort();
  ShortTag tag;
  crypto_shorthash_siphashx24(tag.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                              reinterpret_cast<const unsigned char*>(key.reveal().data()));
  return tag;
}

}  // namespace geminate::crypto
