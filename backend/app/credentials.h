#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/http/http_types.h"
#include "shared/core/result.h"

namespace geminate::app {

/// The client token of a request: `Authorization: Bearer`, `x-goog-api-key`, `x-api-key` or `?key=`, nothing
/// where there is none. BadRequest when two of them differ: guessing which one is meant would make the other
/// one's limits a joke.
/// The view points into the request, or into `decoded` where the query had it.
Result<std::optional<std::string_view>> client_credential(const http::HttpRequest& request,
                                                          std::string& decoded);

/// What the session's cookie is called. Over TLS its name begins with __Host-, which browsers let nobody but
/// this host set, and only over TLS.
std::string_view session_cookie_name(bool is_secure);

/// The value of the session cookie of that name, empty where there is none.
std::string_view session_cookie(const http::HttpRequest& request, bool is_secure);

/// The secret in `Authorization: Bearer`, empty where there is none.
std::string_view bearer_credential(const http::HttpRequest& request);

/// Whether a request that changes something and rides on a cookie was made by our own page: `Sec-Fetch-Site`
/// where the browser sends it, else `Origin` against `Host`. Neither there: not a browser's cross-site
/// request.
bool is_same_origin(const http::HttpRequest& request);

inline constexpr std::string_view kSessionCookie = "geminate_session";
inline constexpr std::string_view kSecureSessionCookie = "__Host-geminate_session";

}  // namespace geminate::app
