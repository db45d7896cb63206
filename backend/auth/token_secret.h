#pragma once

#include <string>
#include <string_view>

#include "shared/core/secret.h"

namespace geminate::auth {

/// A fresh client token: "gmt_", 43 base62 digits of 256 random bits, and 6 more of a CRC-32 over all that
/// stands before them, so that a scanner for leaked secrets knows one when it sees it.
Secret make_token_secret();

/// Whether the text has that form and its checksum is right; says nothing about whether it is let in.
bool looks_like_token(std::string_view text);

}  // namespace geminate::auth
