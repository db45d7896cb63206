#include "backend/app/account_access.h"

#include <optional>

#include "backend/app/credentials.h"

namespace geminate::app {
namespace {

Caller caller_at(const http::HttpRequest& request, std::string_view request_id, Caller caller) {
  caller.address = request.peer();
  caller.request_id = request_id;
  return caller;
}

}  // namespace

bool changes_something(std::string_view method) { return method != "GET" && method != "HEAD"; }

std::function<bool()> AccountAccess::still_in(const http::HttpRequest& request) const {
  const auto session = sessions_.check(session_cookie(request, request.is_secure()), now());
  if (!session) return {};
  return [&sessions = sessions_, id = session->id] { return sessions.lives(id, now()); };
}

Result<Caller> AccountAccess::caller_of(const http::HttpRequest& request, std::string_view request_id) const {
  const auto now = geminate::now();
  const auto cookie = session_cookie(request, request.is_secure());
  const auto session = cookie.empty() ? std::nullopt : sessions_.check(cookie, now);
  const auto account = session ? accounts_.find(session->account_id) : std::nullopt;
  if (account && account->is_active) {
    if (changes_something(request.method()) && !is_same_origin(request))
      return Error{ErrorCode::Forbidden, "the request comes from a page of another origin", {}, {}, {}};
    return caller_at(request, request_id,
                     {account->id, account->name, account->role, {}, {}, Entrance::Session});
  }
  if (const auto secret = bearer_credential(request); !secret.empty()) {
    if (auto checked = door_.check_bearer(secret, request.peer(), now); !checked.ok()) {
      login_failed(caller_at(request, request_id, {}));
      return std::move(checked).error();
    }
    return caller_at(request, request_id, Caller::first_admin(Entrance::Bearer));
  }
  return Error{ErrorCode::Unauthenticated,
               "log in, or send Authorization: Bearer with the admin's secret",
               {},
               {},
               {}};
}

}  // namespace geminate::app
