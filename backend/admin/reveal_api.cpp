#include "backend/admin/reveal_api.h"

#include <memory>
#include <utility>

namespace geminate::admin {
namespace {

/// What both routes share.
struct Reveal {
  keys::KeyPool& pool;
  auth::RevealBudget& budget;
  bool is_on;
  SignInParts parts;
};

Error is_off() {
  return Error{ErrorCode::Forbidden,
               "whole keys are not shown: KEY_REVEAL is off, and only the server's environment turns it on",
               {},
               {},
               {}};
}

/// The rest of a request whose password was right. Management thread.
template <class Answer>
Result<Answer> shown(const Reveal& reveal, std::int64_t account_id, Result<Answer> answer,
                     const Change& change) {
  if (!answer.ok()) return answer;
  const Now moment = now();
  if (const auto wait = reveal.budget.wait_for(account_id, moment.steady)) {
    return Error{ErrorCode::RateLimited, "too many keys were shown within an hour", {}, {}, *wait};
  }
  GEMINATE_CHECK_OK(reveal.parts.append_audit(change));
  reveal.budget.take(account_id, moment.steady);
  return answer;
}

Result<RevealedKey> key_of(const keys::KeyPool& pool, std::int64_t id) {
  std::optional<RevealedKey> found;
  pool.visit_keys([&](const keys::PoolEntry& entry) {
    if (entry.id() == id) found = RevealedKey{id, std::string(entry.text().reveal())};
  });
  if (!found) return Error{ErrorCode::NotFound, "there is no key " + std::to_string(id), {}, {}, {}};
  return std::move(*found);
}

KeyExport all_keys(const keys::KeyPool& pool) {
  KeyExport all;
  pool.visit_keys([&](const keys::PoolEntry& entry) {
    all.keys.push_back({entry.id(), std::string(entry.text().reveal())});
  });
  return all;
}

/// `work` is `Result<Answer>(std::int64_t account_id, const Caller&)`, on the management thread.
template <class Answer, class Work>
void prove_and(const std::shared_ptr<Reveal>& reveal, const api::Endpoint<Reauthentication, Answer>& endpoint,
               const http::ManagementRequest& request, http::ManagementReply reply, Work work) {
  if (!reveal->is_on) return reply(error_answer(is_off()));
  auto body = decode<Reauthentication>(request.request);
  if (!body.ok()) return reply(error_answer(body.error()));
  auto claim = claim_of(request.caller, std::exchange(body->password, {}), std::move(body->code),
                        PasswordDesk::Code::Asked);
  reveal->parts.desk.check(std::move(claim),
                           [caller = request.caller, success = endpoint.success, work,
                            shared = share(std::move(reply))](Result<auth::Account> account) {
                             if (!account.ok()) return (*shared)(error_answer(account.error()));
                             (*shared)(answer_of<Answer>(success, work(account->id, caller)));
                           });
}

}  // namespace

void register_reveal_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool,
                         auth::RevealBudget& budget, bool is_on, const SignInParts& parts) {
  const auto reveal = std::make_shared<Reveal>(Reveal{pool, budget, is_on, parts});
  add_route(api::kRevealKey.verb, api::kRevealKey.path,
            [reveal](const http::ManagementRequest& request, http::ManagementReply reply) {
              const auto id = id_of(request);
              if (!id.ok()) return reply(error_answer(id.error()));
              prove_and(reveal, api::kRevealKey, request, std::move(reply),
                        [reveal, id = *id](std::int64_t account_id, const Caller& caller) {
                          Change change{caller, AuditAction::KeyReveal};
                          change.target_kind = "key";
                          change.target_id = std::to_string(id);
                          return shown(*reveal, account_id, key_of(reveal->pool, id), change);
                        });
            });
  add_route(api::kExportKeys.verb, api::kExportKeys.path,
            [reveal](const http::ManagementRequest& request, http::ManagementReply reply) {
              prove_and(reveal, api::kExportKeys, request, std::move(reply),
                        [reveal](std::int64_t account_id, const Caller& caller) {
                          return shown(*reveal, account_id, Result<KeyExport>(all_keys(reveal->pool)),
                                       {caller, AuditAction::KeyExport});
                        });
            });
}

}  // namespace geminate::admin
