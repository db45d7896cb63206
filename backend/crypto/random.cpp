#include "backend/crypto/random.h"

#include <sodium.h>

#include "backend/crypto/sodium_ready.h"

namespace geminate::crypto {

std::string random_bytes(std::size_t count) {
  ensure_sodium();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::uint32_t random_below(std::uint32_t bound) {
  ensure_sodium();
  return randombytes_uniform(bound);
}

}  // namespace geminate::crypto
