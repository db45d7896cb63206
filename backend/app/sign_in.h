#pragma once

#include <functional>

#include "backend/admin/sign_in.h"
#include "backend/app/password_thread.h"
#include "backend/auth/authenticator.h"
#include "backend/auth/reveal_budget.h"
#include "backend/storage/open_stores.h"

namespace geminate::app {

/// All that logging in needs, in the order in which it depends on each other.
class SignIn {
 public:
  /// `background` is asked for once requests come; it and the others outlive this.
  SignIn(const storage::Stores& stores, const Secret& admin_secret, const auth::Authenticator& authenticator,
         admin::RunInBackground background);

  /// Management thread, or before it runs.
  Status load() { return accounts.load(); }
  /// For the routes' handlers.
  [[nodiscard]] admin::SignInParts parts();
  /// Before the management thread ends: what is being looked at goes on there.
  void stop() { passwords_.stop(); }

  auth::Accounts accounts;
  auth::SessionTable sessions;
  auth::AdminDoor door;
  /// The management thread's.
  auth::RevealBudget reveals;

 private:
  audit::AuditLog& audit_;
  admin::RunInBackground background_;
  PasswordThread passwords_;
  admin::PasswordDesk desk_;
};

}  // namespace geminate::app
