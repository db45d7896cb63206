#pragma once

#include <string>
#include <string_view>

#include "shared/core/secret.h"

namespace geminate::upstream {

inline constexpr std::string_view kRedacted = "[redacted]";

/// The body with every occurrence of the secret replaced, also in the spellings that JSON and URLs give it
/// (`\/`,
/// `\u003d`, `%2B`), in base64 whatever stands before it, and where upstream quotes a part of eight
/// characters or more. For whole error bodies: what is handed over in pieces could hide a secret in a seam.
std::string scrub(std::string_view body, const SecretView& secret);

}  // namespace geminate::upstream
