#include "backend/admin/system_api.h"

#include <memory>

namespace geminate::admin {
namespace {

using Facts = std::shared_ptr<const SystemFacts>;

SessionView session_view(const SystemFacts& facts, bool is_admin) {
  return {is_admin, facts.mode, facts.version};
}

/// Strict and HttpOnly: no other site's request and no script ever carries or reads it. An empty value ends
/// it.
std::string cookie_field(const SystemFacts& facts, std::string_view value) {
  std::string field = "set-cookie: ";
  field.append(facts.session_cookie_name).append("=").append(value);
  field.append("; Path=/; HttpOnly; SameSite=Strict");
  field.append(value.empty() ? "; Max-Age=0\r\n" : "\r\n");
  return field;
}

void login(auth::AdminSessions& sessions, const SystemFacts& facts, const http::ManagementRequest& request,
           http::ManagementReply reply) {
  auto body = decode<LoginRequest>(request.request);
  if (!body.ok()) return reply(error_answer(body.error()));
  auto session = sessions.login(body->password, request.request.peer(), now());
  if (!session.ok()) {
    facts.login_refused(request.caller);
    return reply(error_answer(session.error()));
  }
  Caller caller = request.caller;
  caller.account_id = Caller::kFirstAdmin;
  caller.name = Caller::first_admin(Entrance::Session).name;
  caller.role = Role::Admin;
  caller.entrance = Entrance::Session;
  facts.session_changed(caller, AuditAction::Login);
  auto answer = answer_of<SessionView>(api::kLogin.success, session_view(facts, true));
  answer.extra = cookie_field(facts, session->reveal());
  reply(std::move(answer));
}

void health(const SystemFacts& facts, bool ready_wanted, http::ManagementReply reply) {
  const std::string problem = ready_wanted ? facts.not_ready() : std::string{};
  auto answer = answer_of<HealthView>(200, HealthView{problem.empty() ? "ok" : problem});
  if (!problem.empty()) answer.status = face_of(ErrorCode::Unavailable).http_status;
  reply(std::move(answer));
}

}  // namespace

void register_system_api(const http::AddManagementRoute& add_route, auth::AdminSessions& sessions,
                         SystemFacts facts) {
  const Facts shared = std::make_shared<const SystemFacts>(std::move(facts));
  const auto add = [&](const auto& endpoint, http::ManagementHandler handler) {
    add_route(endpoint.verb, endpoint.path, std::move(handler));
  };
  add(api::kSession, [shared](const http::ManagementRequest& request, http::ManagementReply reply) {
    reply(answer_of<SessionView>(200, session_view(*shared, shared->is_admin(request.request))));
  });
  add(api::kLogin, [shared, &sessions](const http::ManagementRequest& request, http::ManagementReply reply) {
    login(sessions, *shared, request, std::move(reply));
  });
  add(api::kLogout, [shared, &sessions](const http::ManagementRequest& request, http::ManagementReply reply) {
    if (shared->is_admin(request.request)) {
      Caller caller = Caller::first_admin(Entrance::Session);
      caller.address = request.caller.address;
      caller.request_id = request.caller.request_id;
      shared->session_changed(caller, AuditAction::Logout);
    }
    sessions.logout(shared->session_of(request.request));
    auto answer = answer_of<NoBody>(api::kLogout.success, NoBody{});
    answer.extra = cookie_field(*shared, {});
    reply(std::move(answer));
  });
  const auto live = [shared](const http::ManagementRequest&, http::ManagementReply reply) {
    health(*shared, false, std::move(reply));
  };
  add(api::kLive, live);
  add_route(api::Verb::Get, "/healthz", live);
  add(api::kReady, [shared](const http::ManagementRequest&, http::ManagementReply reply) {
    health(*shared, true, std::move(reply));
  });
}

}  // namespace geminate::admin
