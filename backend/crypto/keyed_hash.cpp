#include "backend/crypto/keyed_hash.h"

#include <sodium.h>

#include <cstdlib>

#include "backend/crypto/random.h"
#include "backend/crypto/sodium_ready.h"

namespace geminate::crypto {
namespace {

static_assert(kKeyBytes == crypto_generichash_KEYBYTES);
static_assert(kHashBytes == crypto_generichash_BYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string keyed_hash(const Secret& key, std::string_view message) {
  ensure_sodium();
  // A key of another length is a fault of ours, and hashing without one would go unnoticed.
  if (key.reveal().size() != kKeyBytes) std::abort();
  std::string hash(kHashBytes, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(), bytes_of(message),
                     message.size(), bytes_of(key.reveal()), kKeyBytes);
  return hash;
}

bool constant_time_equal(std::string_view left, std::string_view right) {
  static const Secret process_key = random_key();
  return constant_time_equal_hashes(keyed_hash(process_key, left), keyed_hash(process_key, right));
}

bool constant_time_equal_hashes(std::string_view left, std::string_view right) {
  ensure_sodium();
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

Secret random_key() { return Secret(random_bytes(kKeyBytes)); }

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace geminate::crypto
