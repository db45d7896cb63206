#pragma once

#include <functional>
#include <string_view>

#include "backend/auth/accounts.h"
#include "backend/auth/admin_door.h"
#include "backend/auth/session_table.h"
#include "backend/http/http_types.h"
#include "shared/core/caller.h"
#include "shared/core/result.h"

namespace geminate::app {

/// Whether the method is none of those that only look.
bool changes_something(std::string_view method);

/// Who calls a management route.
class AccountAccess {
 public:
  /// All outlive it.
  AccountAccess(auth::AdminDoor& door, auth::SessionTable& sessions, auth::Accounts& accounts)
      : door_(door), sessions_(sessions), accounts_(accounts) {}

  /// Who comes with a living session, or with the admin's secret as bearer; an error for anybody else. Role
  /// and name are those that the account has now. Any thread.
  [[nodiscard]] Result<Caller> caller_of(const http::HttpRequest& request, std::string_view request_id) const;

  /// For answers that go on: whether who was let in with this request still would be, at any later time on
  /// any thread. It keeps no session alive. Empty where nothing can end it (the admin's secret).
  [[nodiscard]] std::function<bool()> still_in(const http::HttpRequest& request) const;

  /// Told of whoever came with a wrong secret; any thread. Set before the first request.
  std::function<void(const Caller&)> login_failed = [](const Caller&) {};

 private:
  auth::AdminDoor& door_;
  auth::SessionTable& sessions_;
  auth::Accounts& accounts_;
};

}  // namespace geminate::app
