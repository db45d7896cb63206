#include "backend/keys/fingerprint.h"

#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"

namespace geminate::keys {

std::string fingerprint_of(const Secret& hash_key, const Secret& text) {
  constexpr std::size_t kBytes = 16;
  return crypto::hex_encode(crypto::keyed_hash(hash_key, text.reveal()).substr(0, kBytes));
}

}  // namespace geminate::keys
