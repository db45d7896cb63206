#include "backend/crypto/sealed_secret.h"

#include <sodium.h>

#include <cstdlib>

#include "backend/crypto/keyed_hash.h"
#include "backend/crypto/sodium_ready.h"

namespace geminate::crypto {
namespace {

static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
constexpr char kFormat = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHeadBytes = 1 + kNonceBytes;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// The format byte is authenticated too, so that a later format cannot be passed off as this one.
std::string associated_data(char format, std::string_view bound_to) {
  std::string data(1, format);
  data += bound_to;
  return data;
}

}  // namespace

std::string seal(const Secret& text, const Secret& key, std::string_view bound_to) {
  ensure_sodium();
  if (key.reveal().size() != kKeyBytes) std::abort();
  const std::string& plain = text.reveal();
  std::string sealed(kHeadBytes + plain.size() + kTagBytes, '\0');
  sealed[0] = kFormat;
  unsigned char* nonce = bytes_of(sealed) + 1;
  randombytes_buf(nonce, kNonceBytes);
  const std::string data = associated_data(kFormat, bound_to);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + kHeadBytes, nullptr,
                                             bytes_of(std::string_view(plain)), plain.size(),
                                             bytes_of(std::string_view(data)), data.size(), nullptr, nonce,
                                             bytes_of(std::string_view(key.reveal())));
  return sealed;
}

Result<Secret> unseal(std::string_view sealed, const Secret& key, std::string_view bound_to) {
  ensure_sodium();
  if (key.reveal().size() != kKeyBytes) std::abort();
  if (sealed.size() < kHeadBytes + kTagBytes || sealed[0] != kFormat) {
    return Error{
        ErrorCode::Internal, "a stored secret cannot be read", "sealed bytes of an unknown format", {}, {}};
  }
  const std::string_view box = sealed.substr(kHeadBytes);
  std::string plain(box.size() - kTagBytes, '\0');
  const std::string data = associated_data(sealed[0], bound_to);
  const int outcome = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes_of(plain), nullptr, nullptr, bytes_of(box), box.size(), bytes_of(std::string_view(data)),
      data.size(), bytes_of(sealed) + 1, bytes_of(std::string_view(key.reveal())));
  if (outcome != 0) {
    return Error{ErrorCode::Internal,
                 "a stored secret cannot be read",
                 "sealed bytes were altered, moved, or sealed under another key",
                 {},
                 {}};
  }
  return Secret(std::move(plain));
}

}  // namespace geminate::crypto
