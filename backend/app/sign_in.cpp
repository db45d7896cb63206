#include "backend/app/sign_in.h"

#include <utility>

#include "backend/app/credentials.h"

namespace geminate::app {

SignIn::SignIn(const storage::Stores& stores, const Secret& admin_secret,
               const auth::Authenticator& authenticator, admin::RunInBackground background)
    : accounts(stores.accounts.get(), stores.recovery_key),
      door(admin_secret),
      audit_(*stores.audit),
      background_(std::move(background)),
      desk_({door, accounts,
             [&authenticator](std::string_view text) { return authenticator.knows(text, now().wall); },
             background_, [this](std::function<void()> task) { return passwords_.post(std::move(task)); }}) {}

admin::SignInParts SignIn::parts() {
  return {desk_,
          accounts,
          sessions,
          [this](const Change& change) { return audit_.append(change); },
          [](const http::HttpRequest& request) { return session_cookie(request, request.is_secure()); },
          background_};
}

}  // namespace geminate::app
