#include "backend/admin/accounts_api.h"

#include <memory>
#include <utility>

#include "backend/auth/account_rules.h"

namespace geminate::admin {
namespace {

using Parts = std::shared_ptr<const SignInParts>;

KeyStorageMode mode_of(const auth::Accounts& accounts) {
  return accounts.has_store() ? KeyStorageMode::Database : KeyStorageMode::Memory;
}

AccountList list_of(const auth::Accounts& accounts) {
  AccountList list;
  list.accounts = accounts.list();
  list.total_accounts = static_cast<std::int64_t>(list.accounts.size());
  list.key_storage_mode = mode_of(accounts);
  return list;
}

Change change_of(const Caller& caller, AuditAction action, std::int64_t account_id) {
  Change change{caller, action};
  change.target_kind = "account";
  change.target_id = std::to_string(account_id);
  return change;
}

template <class Request>
struct Asked {
  Request body;
  std::int64_t id = 0;
  Caller caller;
  SharedReply reply;
};

/// What the handler needs after it has returned; nothing when it has answered already.
template <class Request, class Answer>
std::shared_ptr<Asked<Request>> asked(const api::Endpoint<Request, Answer>& endpoint,
                                      const http::ManagementRequest& request, http::ManagementReply reply) {
  auto body = decode<Request>(request.request);
  const bool has_id = endpoint.path.find("{id}") != std::string_view::npos;
  auto id = has_id ? id_of(request) : Result<std::int64_t>(0);
  if (!body.ok() || !id.ok()) {
    reply(error_answer(body.ok() ? id.error() : body.error()));
    return nullptr;
  }
  return std::make_shared<Asked<Request>>(
      Asked<Request>{std::move(body).value(), *id, request.caller, share(std::move(reply))});
}

void add_account(const Parts& parts, const std::shared_ptr<Asked<AccountDraft>>& job) {
  if (!parts->accounts.has_store()) return (*job->reply)(error_answer(auth::accounts_need_database()));
  const auto named = auth::check_account_name(job->body.name);
  if (!named.ok()) return (*job->reply)(error_answer(named.error()));
  parts->desk.hash("password", Secret(std::exchange(job->body.password, {})), job->body.name,
                   [parts, job](Result<std::string> hash) {
                     if (!hash.ok()) return (*job->reply)(error_answer(hash.error()));
                     (*job->reply)(answer_of<AccountView>(
                         api::kAddAccount.success,
                         parts->accounts.add(job->body, std::move(hash).value(),
                                             {job->caller, AuditAction::AccountAdd}, now().wall)));
                   });
}

/// Whether the edit takes something away from those who are logged in with the account.
bool ends_sessions(const AccountPatch& patch) {
  return patch.password || patch.role || !patch.is_active.value_or(true) ||
         patch.remove_second_factor.value_or(false);
}

Result<AccountView> update_account(const Parts& parts, const Asked<AccountPatch>& job, std::string hash) {
  GEMINATE_TRY(auto view, parts->accounts.update(job.id, job.body, std::move(hash),
                                                 change_of(job.caller, AuditAction::AccountUpdate, job.id)));
  if (ends_sessions(job.body)) parts->sessions.end_of(job.id);
  return view;
}

void update_account(const Parts& parts, const std::shared_ptr<Asked<AccountPatch>>& job) {
  const auto finish = [parts, job](Result<std::string> hash) {
    if (!hash.ok()) return (*job->reply)(error_answer(hash.error()));
    (*job->reply)(answer_of<AccountView>(api::kUpdateAccount.success,
                                         update_account(parts, *job, std::move(hash).value())));
  };
  const auto account = parts->accounts.find(job->id);
  // Without a password there is nothing to hash; of an account that is not there, the book says it.
  if (!job->body.password || !account) return parts->run([finish] { finish(std::string()); });
  parts->desk.hash("password", Secret(*job->body.password), account->name, finish);
}

Status delete_account(const Parts& parts, std::int64_t id, const Caller& caller) {
  GEMINATE_CHECK_OK(parts->accounts.erase(id, change_of(caller, AuditAction::AccountDelete, id)));
  parts->sessions.end_of(id);
  return Status::success();
}

void change_password(const Parts& parts, const std::shared_ptr<Asked<PasswordChange>>& job,
                     std::optional<std::int64_t> session) {
  const std::int64_t id = job->caller.account_id.value_or(0);
  const auto refuse = [job](const Error& error) { (*job->reply)(error_answer(error)); };
  if (id == 0) {
    return refuse(
        {ErrorCode::Forbidden, "the admin's secret is changed where ADMIN_API_KEY is set", {}, {}, {}});
  }
  const auto finish = [parts, job, id, session, refuse](Result<std::string> hash) {
    if (!hash.ok()) return refuse(hash.error());
    const auto saved = parts->accounts.set_password(id, std::move(hash).value(),
                                                    change_of(job->caller, AuditAction::AccountPassword, id));
    if (!saved.ok()) return refuse(saved.error());
    parts->sessions.end_of(id, session);
    (*job->reply)(answer_of<NoBody>(api::kChangePassword.success, NoBody{}));
  };
  parts->desk.check(claim_of(job->caller, job->body.current_password, {}, PasswordDesk::Code::NotAsked),
                    [parts, job, finish, refuse](Result<auth::Account> account) {
                      if (!account.ok()) return refuse(account.error());
                      parts->desk.hash("new", Secret(job->body.new_password), account->name, finish);
                    });
}

void begin_second_factor(const Parts& parts, const std::shared_ptr<Asked<PasswordProof>>& job) {
  parts->desk.check(
      claim_of(job->caller, job->body.password, {}, PasswordDesk::Code::NotAsked),
      [parts, job](Result<auth::Account> account) {
        if (!account.ok()) return (*job->reply)(error_answer(account.error()));
        (*job->reply)(answer_of<SecondFactorOffer>(
            api::kBeginSecondFactor.success, parts->accounts.offer_second_factor(account->id, now().wall)));
      });
}

void remove_second_factor(const Parts& parts, const std::shared_ptr<Asked<PasswordProof>>& job) {
  parts->desk.check(claim_of(job->caller, job->body.password, {}, PasswordDesk::Code::NotAsked),
                    [parts, job](Result<auth::Account> account) {
                      if (!account.ok()) return (*job->reply)(error_answer(account.error()));
                      const auto removed = parts->accounts.remove_second_factor(
                          account->id, change_of(job->caller, AuditAction::AccountTotp, account->id));
                      if (!removed.ok()) return (*job->reply)(error_answer(removed.error()));
                      (*job->reply)(answer_of<NoBody>(api::kRemoveSecondFactor.success, NoBody{}));
                    });
}

/// `work` is `void(const Parts&, std::shared_ptr<Asked<Request>>)`, on the worker.
template <class Request, class Answer, class Work>
void add_asked(const http::AddManagementRoute& add_route, const api::Endpoint<Request, Answer>& endpoint,
               const Parts& parts, Work work) {
  add_route(endpoint.verb, endpoint.path,
            [parts, work, &endpoint](const http::ManagementRequest& request, http::ManagementReply reply) {
              if (const auto job = asked(endpoint, request, std::move(reply))) work(parts, job);
            });
}

void register_own(const http::AddManagementRoute& add_route, const Parts& parts) {
  add_route(api::kChangePassword.verb, api::kChangePassword.path,
            [parts](const http::ManagementRequest& request, http::ManagementReply reply) {
              const auto session = parts->sessions.check(parts->session_of(request.request), now());
              const auto job = asked(api::kChangePassword, request, std::move(reply));
              if (job) change_password(parts, job, session ? std::optional(session->id) : std::nullopt);
            });
  add_asked(add_route, api::kBeginSecondFactor, parts, begin_second_factor);
  add_asked(add_route, api::kRemoveSecondFactor, parts, remove_second_factor);
  add_route(api::kConfirmSecondFactor.verb, api::kConfirmSecondFactor.path,
            in_background(parts->run, api::kConfirmSecondFactor,
                          [parts](const SecondFactorCode& body, std::int64_t, const Caller& caller) {
                            const std::int64_t id = caller.account_id.value_or(0);
                            return parts->accounts.confirm_second_factor(
                                id, body.code, change_of(caller, AuditAction::AccountTotp, id), now().wall);
                          }));
}

}  // namespace

PasswordDesk::Claim claim_of(const Caller& caller, std::string password, std::optional<std::string> code,
                             PasswordDesk::Code code_is) {
  return {caller.name, Secret(std::move(password)), std::move(code), caller.address, code_is};
}

void register_accounts_api(const http::AddManagementRoute& add_route, const SignInParts& given) {
  const auto parts = std::make_shared<const SignInParts>(given);
  add_route(api::kListAccounts.verb, api::kListAccounts.path,
            [parts](const http::ManagementRequest&, http::ManagementReply reply) {
              reply(answer_of<AccountList>(api::kListAccounts.success, list_of(parts->accounts)));
            });
  add_asked(add_route, api::kAddAccount, parts, add_account);
  add_asked(
      add_route, api::kUpdateAccount, parts,
      [](const Parts& all, const std::shared_ptr<Asked<AccountPatch>>& job) { update_account(all, job); });
  add_route(api::kDeleteAccount.verb, api::kDeleteAccount.path,
            in_background(parts->run, api::kDeleteAccount,
                          [parts](const NoBody&, std::int64_t id, const Caller& caller) -> Result<NoBody> {
                            GEMINATE_CHECK_OK(delete_account(parts, id, caller));
                            return NoBody{};
                          }));
  register_own(add_route, parts);
}

}  // namespace geminate::admin
