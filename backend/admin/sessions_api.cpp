#include "backend/admin/sessions_api.h"

#include <memory>
#include <utility>

namespace geminate::admin {
namespace {

/// Whose sessions the caller may see and end; nothing: everybody's.
std::optional<std::int64_t> reach_of(const Caller& caller) {
  if (caller.role == Role::Admin) return std::nullopt;
  return caller.account_id;
}

SessionInfo info_of(const auth::Session& session, const auth::Accounts& accounts, std::int64_t current) {
  const auto account = accounts.find(session.account_id);
  SessionInfo info;
  info.id = session.id;
  info.account_id = session.account_id;
  info.account_name = account ? account->name : std::string();
  info.created_at = session.created_at;
  info.last_seen_at = session.last_seen_at;
  info.ends_at = session.ends_at;
  info.address = session.address;
  info.user_agent = session.user_agent;
  info.is_current = session.id == current;
  return info;
}

SessionList list_for(const SignInParts& parts, const http::ManagementRequest& request) {
  const Now moment = now();
  const auto current = parts.sessions.check(parts.session_of(request.request), moment);
  SessionList list;
  for (const auto& session : parts.sessions.list(reach_of(request.caller), moment))
    list.sessions.push_back(info_of(session, parts.accounts, current ? current->id : 0));
  list.total_sessions = static_cast<std::int64_t>(list.sessions.size());
  return list;
}

Result<NoBody> end_session(const SignInParts& parts, std::int64_t id, const Caller& caller) {
  const auto reach = reach_of(caller);
  const Now moment = now();
  const auto living = parts.sessions.list(reach, moment);
  const bool is_there = std::any_of(living.begin(), living.end(),
                                    [id](const auth::Session& session) { return session.id == id; });
  if (!is_there) return Error{ErrorCode::NotFound, "there is no such session", {}, {}, {}};
  Change change{caller, AuditAction::SessionRevoke};
  change.target_kind = "session";
  change.target_id = std::to_string(id);
  GEMINATE_CHECK_OK(parts.append_audit(change));
  (void)parts.sessions.end(id, reach, moment);
  return NoBody{};
}

}  // namespace

void register_sessions_api(const http::AddManagementRoute& add_route, const SignInParts& given) {
  const auto parts = std::make_shared<const SignInParts>(given);
  add_route(api::kListSessions.verb, api::kListSessions.path,
            [parts](const http::ManagementRequest& request, http::ManagementReply reply) {
              reply(answer_of<SessionList>(api::kListSessions.success, list_for(*parts, request)));
            });
  add_route(api::kDeleteSession.verb, api::kDeleteSession.path,
            in_background(parts->run, api::kDeleteSession,
                          [parts](const NoBody&, std::int64_t id, const Caller& caller) {
                            return end_session(*parts, id, caller);
                          }));
}

}  // namespace geminate::admin
