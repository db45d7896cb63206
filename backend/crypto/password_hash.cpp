#include "backend/crypto/password_hash.h"

#include <sodium.h>

#include <cstring>

#include "backend/crypto/sodium_ready.h"

namespace geminate::crypto {

Result<std::string> hash_password(std::string_view password) {
  ensure_sodium();
  char text[crypto_pwhash_STRBYTES] = {};
  if (crypto_pwhash_str_alg(text, password.data(), password.size(), kPasswordPasses, kPasswordMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{
        ErrorCode::Unavailable, "there is not enough memory to hash a password; try again later", {}, {}, {}};
  }
  return std::string(text);
}

bool verify_password(const std::string& hash, std::string_view password) {
  ensure_sodium();
  // The library reads a whole block.
  char text[crypto_pwhash_STRBYTES] = {};
  if (hash.size() >= sizeof text) return false;
  std::memcpy(text, hash.data(), hash.size());
  return crypto_pwhash_str_verify(text, password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash) {
  ensure_sodium();
  return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasswordPasses, kPasswordMemoryBytes) != 0;
}

}  // namespace geminate::crypto
