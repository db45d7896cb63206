#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backend/admin/binding.h"
#include "backend/auth/admin_session.h"

namespace geminate::admin {

/// What the session and health routes need of the rest of the server.
struct SystemFacts {
  KeyStorageMode mode = KeyStorageMode::Memory;
  std::string version;
  std::string_view session_cookie_name;
  /// Whether the request comes with a living session or the admin secret.
  std::function<bool(const http::HttpRequest&)> is_admin;
  /// The session id the request came with.
  std::function<std::string_view(const http::HttpRequest&)> session_of;
  /// Empty when the server can serve; else why not.
  std::function<std::string()> not_ready;
  /// Called for each refused log-in.
  std::function<void(const Caller&)> login_refused;
  /// Called for each log-in that was granted, and each log-out of a session that was one.
  std::function<void(const Caller&, AuditAction)> session_changed;
};

/// Session, log-in, log-out and health. They answer on the worker at once; `sessions` outlives the handlers.
void register_system_api(const http::AddManagementRoute& add_route, auth::AdminSessions& sessions,
                         SystemFacts facts);

}  // namespace geminate::admin
