#pragma once

#include <string>
#include <string_view>

#include "shared/core/result.h"
#include "shared/core/secret.h"

namespace geminate::crypto {

/// XChaCha20-Poly1305 with a random nonce. `bound_to` says where the sealed bytes belong ("upstream_keys/42")
/// and is authenticated with them: moved elsewhere, they no longer open. `key` has kKeyBytes bytes. The
/// answer is binary:
///   1 byte format version (1), 24 bytes nonce, as many bytes as the text, 16 bytes tag.
/// Any thread.
std::string seal(const Secret& text, const Secret& key, std::string_view bound_to);

/// What `seal` was given. Fails with Internal (details in `detail`, no secret in them) when the bytes are not
/// of a known format, were altered, belong elsewhere or were sealed under another key; the last three cannot
/// be told apart.
Result<Secret> unseal(std::string_view sealed, const Secret& key, std::string_view bound_to);

}  // namespace geminate::crypto
