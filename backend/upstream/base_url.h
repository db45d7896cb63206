#pragma once

#include <string>
#include <string_view>

#include "backend/upstream/upstream_call.h"
#include "shared/core/result.h"

namespace geminate::upstream {

/// GEMINI_BASE_URL, taken apart.
struct BaseUrl {
  Target target;
  /// What the Host field says.
  std::string authority;
  /// Path before every request's own, without a slash at its end; mostly empty.
  std::string prefix;
};

/// `https://host[:port][/path]`; `http://` for loopback only, as keys must not cross a network in clear.
/// BadRequest saying what is wrong with it; a user, a query and a fragment are refused.
Result<BaseUrl> parse_base_url(std::string_view url);

}  // namespace geminate::upstream
