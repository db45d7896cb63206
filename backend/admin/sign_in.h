#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backend/admin/password_desk.h"
#include "backend/auth/session_table.h"

namespace geminate::admin {

/// What the routes about logging in, accounts and sessions share; outlives their handlers.
struct SignInParts {
  PasswordDesk& desk;
  auth::Accounts& accounts;
  auth::SessionTable& sessions;
  /// For what no store changes. Management thread; when it fails, what it tells of must not happen.
  std::function<Status(const Change&)> append_audit;
  /// The session's secret that the request came with, empty where there is none.
  std::function<std::string_view(const http::HttpRequest&)> session_of;
  RunInBackground run;
};

/// A reply that several callbacks may hold; one of them uses it.
using SharedReply = std::shared_ptr<http::ManagementReply>;

inline SharedReply share(http::ManagementReply reply) {
  return std::make_shared<http::ManagementReply>(std::move(reply));
}

/// The claim of a caller who is logged in already to be that one still.
PasswordDesk::Claim claim_of(const Caller& caller, std::string password, std::optional<std::string> code,
                             PasswordDesk::Code code_is);

}  // namespace geminate::admin
