#include "backend/admin/system_api.h"

#include <memory>
#include <optional>
#include <utility>

#include "backend/auth/account_rules.h"

namespace geminate::admin {
namespace {

/// What the handlers share.
struct System {
  SystemFacts facts;
  SignInParts parts;
};
using Shared = std::shared_ptr<const System>;

SessionView session_view(const System& system, const std::optional<Caller>& caller, bool is_secure) {
  SessionView view;
  view.key_storage_mode = system.facts.mode;
  view.version = system.facts.version;
  view.is_secure = is_secure;
  if (!caller) return view;
  view.is_admin = caller->role == Role::Admin;
  view.account_id = caller->account_id;
  view.name = caller->name;
  view.role = caller->role;
  view.can_reveal_keys = view.is_admin && system.facts.are_keys_revealed;
  const auto account = system.parts.accounts.find(caller->account_id.value_or(Caller::kFirstAdmin));
  view.has_second_factor = account && account->has_second_factor();
  return view;
}

/// Strict and HttpOnly: no other site's request and no script ever carries or reads it. An empty value ends
/// it.
std::string cookie_field(const SystemFacts& facts, std::string_view value, bool is_secure) {
  std::string field = "set-cookie: ";
  field.append(facts.cookie_name(is_secure)).append("=").append(value);
  field.append("; Path=/; HttpOnly; SameSite=Strict");
  if (is_secure) field.append("; Secure");
  field.append(value.empty() ? "; Max-Age=0\r\n" : "\r\n");
  return field;
}

/// What a log-in needs after its handler has returned.
struct LoginJob {
  Caller caller;
  std::string user_agent;
  /// The session that the browser had before: whoever knows its secret gets nothing out of this log-in.
  std::string old_session;
  bool is_secure;
  SharedReply reply;
};

/// Management thread.
void begin_session(const System& system, const auth::Account& account, LoginJob& job) {
  const Now moment = now();
  job.caller.account_id = account.id;
  job.caller.name = account.name;
  job.caller.role = account.role;
  job.caller.entrance = Entrance::Session;
  // What is remembered of a log-in is not worth locking an admin out of a server whose disk is full.
  (void)system.parts.accounts.note_login(account.id, {}, moment.wall);
  system.facts.session_changed(job.caller, AuditAction::Login);
  system.parts.sessions.end(job.old_session);
  const Secret session = system.parts.sessions.begin(account.id, job.caller.address, job.user_agent, moment);
  auto answer = answer_of<SessionView>(api::kLogin.success, session_view(system, job.caller, job.is_secure));
  answer.extra = cookie_field(system.facts, session.reveal(), job.is_secure);
  (*job.reply)(std::move(answer));
}

void login(const Shared& system, const http::ManagementRequest& request, http::ManagementReply reply) {
  auto body = decode<LoginRequest>(request.request);
  if (!body.ok()) return reply(error_answer(body.error()));
  PasswordDesk::Claim claim{body->name.value_or(std::string(auth::kAdminName)),
                            Secret(std::exchange(body->password, {})), std::move(body->code),
                            request.caller.address, PasswordDesk::Code::Asked};
  Caller caller = request.caller;
  // As far as somebody may be remembered by what they say.
  caller.name = auth::folded_name(claim.name);
  auto job = std::make_shared<LoginJob>(
      LoginJob{std::move(caller), std::string(request.request.header("user-agent").value_or("")),
               std::string(system->parts.session_of(request.request)), request.request.is_secure(),
               share(std::move(reply))});
  system->parts.desk.check(std::move(claim), [system, job](Result<auth::Account> account) {
    if (account.ok()) return begin_session(*system, *account, *job);
    if (account.error().code != ErrorCode::SecondFactorRequired) system->facts.login_refused(job->caller);
    (*job->reply)(error_answer(account.error()));
  });
}

void logout(const System& system, const http::ManagementRequest& request, http::ManagementReply reply) {
  auto caller = system.facts.caller_of(request.request);
  system.parts.sessions.end(system.parts.session_of(request.request));
  if (caller.ok() && caller->entrance == Entrance::Session) {
    caller->request_id = request.caller.request_id;
    system.facts.session_changed(*caller, AuditAction::Logout);
  }
  auto answer = answer_of<NoBody>(api::kLogout.success, NoBody{});
  answer.extra = cookie_field(system.facts, {}, request.request.is_secure());
  reply(std::move(answer));
}

void health(const SystemFacts& facts, bool ready_wanted, http::ManagementReply reply) {
  const std::string problem = ready_wanted ? facts.not_ready() : std::string{};
  auto answer = answer_of<HealthView>(200, HealthView{problem.empty() ? "ok" : problem});
  if (!problem.empty()) answer.status = face_of(ErrorCode::Unavailable).http_status;
  reply(std::move(answer));
}

}  // namespace

void register_system_api(const http::AddManagementRoute& add_route, const SignInParts& parts,
                         SystemFacts facts) {
  const Shared system = std::make_shared<const System>(System{std::move(facts), parts});
  const auto add = [&](const auto& endpoint, http::ManagementHandler handler) {
    add_route(endpoint.verb, endpoint.path, std::move(handler));
  };
  add(api::kSession, [system](const http::ManagementRequest& request, http::ManagementReply reply) {
    auto caller = system->facts.caller_of(request.request);
    reply(answer_of<SessionView>(
        api::kSession.success,
        session_view(*system, caller.ok() ? std::optional(std::move(caller).value()) : std::nullopt,
                     request.request.is_secure())));
  });
  add(api::kLogin, [system](const http::ManagementRequest& request, http::ManagementReply reply) {
    login(system, request, std::move(reply));
  });
  add(api::kLogout, [system](const http::ManagementRequest& request, http::ManagementReply reply) {
    logout(*system, request, std::move(reply));
  });
  const auto live = [system](const http::ManagementRequest&, http::ManagementReply reply) {
    health(system->facts, false, std::move(reply));
  };
  add(api::kLive, live);
  add_route(api::Verb::Get, "/healthz", live);
  add(api::kReady, [system](const http::ManagementRequest&, http::ManagementReply reply) {
    health(system->facts, true, std::move(reply));
  });
}

}  // namespace geminate::admin
