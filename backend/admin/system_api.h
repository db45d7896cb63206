#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backend/admin/binding.h"
#include "backend/admin/sign_in.h"

namespace geminate::admin {

/// What the session and health routes need of the rest of the server.
struct SystemFacts {
  KeyStorageMode mode = KeyStorageMode::Memory;
  std::string version;
  /// KEY_REVEAL.
  bool are_keys_revealed = false;
  /// Who comes with a living session or the admin secret; an error for anybody else.
  std::function<Result<Caller>(const http::HttpRequest&)> caller_of;
  /// What the session's cookie is called for requests that came over TLS, and for others.
  std::function<std::string_view(bool is_secure)> cookie_name;
  /// Empty when the server can serve; else why not.
  std::function<std::string()> not_ready;
  /// Called for each refused log-in; the caller's name is the one that was tried. Any thread.
  std::function<void(const Caller&)> login_refused;
  /// Called for each log-in and log-out. Any thread.
  std::function<void(const Caller&, AuditAction)> session_changed;
};

/// Session, log-in, log-out and health.
void register_system_api(const http::AddManagementRoute& add_route, const SignInParts& parts,
                         SystemFacts facts);

}  // namespace geminate::admin
