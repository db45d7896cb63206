#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "backend/auth/login_throttle.h"
#include "shared/core/result.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"

namespace geminate::auth {

/// Where whoever wants to manage the server says who they are: the environment's secret, and the bound on
/// wrong passwords and codes of every account. Any thread.
class AdminDoor {
 public:
  explicit AdminDoor(Secret admin_secret);

  /// Before a password is looked at, which may take a while: counts the attempt as a wrong one until it is
  /// settled, so that many at once are no way around the throttle. RateLimited with retry_after.
  Status begin_attempt(std::string_view name, std::string_view peer, const Now& now);
  /// It was right.
  void succeeded(std::string_view name, std::string_view peer);
  /// It was neither right nor wrong: something was missing.
  void withdraw(std::string_view name, std::string_view peer);

  /// Whether this is the environment's admin's secret; in constant time, counting nothing.
  [[nodiscard]] bool is_admin_secret(std::string_view secret) const;
  /// The same for `Authorization: Bearer`: wrong ones count as failed attempts. Unauthenticated, RateLimited.
  Status check_bearer(std::string_view secret, std::string_view peer, const Now& now);

 private:
  const Secret admin_secret_;
  std::mutex mutex_;
  LoginThrottle throttle_;
};

}  // namespace geminate::auth
