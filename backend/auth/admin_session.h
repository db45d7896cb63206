#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "shared/core/result.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"

namespace geminate::auth {

/// Admin log-ins: opaque random session ids, kept hashed, 30 minutes idle and 12 hours at most. Any thread.
class AdminSessions {
 public:
  explicit AdminSessions(Secret admin_secret);
  ~AdminSessions();

  /// A fresh session id for the right password; Unauthenticated, or RateLimited with retry_after when too
  /// many wrong ones came (per address and over all). The right password is never locked out by others' wrong
  /// ones for long.
  Result<Secret> login(std::string_view password, std::string_view peer, const Now& now);
  /// Whether the id names a living session; keeps it alive.
  [[nodiscard]] bool check_session(std::string_view session_id, const Now& now);
  /// Whether this is the admin secret itself (scripts: Authorization: Bearer); wrong ones count as failed
  /// log-ins.
  Status check_bearer(std::string_view secret, std::string_view peer, const Now& now);
  void logout(std::string_view session_id);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace geminate::auth
