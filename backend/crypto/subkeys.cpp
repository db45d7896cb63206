#include "backend/crypto/subkeys.h"

#include <sodium.h>

#include <cstdlib>

#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/sodium_ready.h"

namespace geminate::crypto {
namespace {

static_assert(kKeyBytes == crypto_kdf_KEYBYTES);
// Part of what is on disk, like the purposes' numbers.
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "geminate";

}  // namespace

Secret derive_subkey(const Secret& master, KeyPurpose purpose) {
  ensure_sodium();
  if (master.reveal().size() != kKeyBytes) std::abort();
  std::string subkey(kKeyBytes, '\0');
  crypto_kdf_derive_from_key(reinterpret_cast<unsigned char*>(subkey.data()), subkey.size(),
                             static_cast<std::uint64_t>(purpose), kContext,
                             reinterpret_cast<const unsigned char*>(master.reveal().data()));
  return Secret(std::move(subkey));
}

}  // namespace geminate::crypto
