#include "backend/app/sign_in.h"

#include <utility>

#include "backend/app/account_access.h"
#include "backend/app/credentials.h"

namespace geminate::app {

SignIn::SignIn(const storage::Stores& stores, const Secret& admin_secret,
               const auth::Authenticator& authenticator, admin::RunInBackground background)
    : accounts(stores.accounts.get(), stores.recovery_key),
      door(admin_secret),
      background_(std::move(background)),
      desk_({door, accounts,
             [&authenticator](std::string_view text) { return authenticator.knows(text, now().wall); },
             background_, [this](std::function<void()> task) { return passwords_.post(std::move(task)); }}) {}

admin::SignInParts SignIn::parts() {
  return {desk_,
          accounts,
          sessions,
          [](const Change&) { return Status::success(); },
          [](const http::HttpRequest& request) { return session_cookie(request, request.is_secure()); },
          background_};
}

}  // namespace geminate::app
