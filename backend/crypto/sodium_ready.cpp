#include "backend/crypto/sodium_ready.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>

namespace geminate::crypto {

void ensure_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (ready) return;
  std::fputs("geminate: libsodium could not be initialised (no source of randomness)\n", stderr);
  std::abort();
}

}  // namespace geminate::crypto
