#include "frontend-wasm/app/account_calls.h"

#include <utility>

namespace geminate::ui {
namespace {

/// What of an answer the event keeps.
void keep(AccountStepDone&, NoBody&&) {}
void keep(AccountStepDone&, AccountView&&) {}
void keep(AccountStepDone& event, SecondFactorOffer&& offer) { event.offer = std::move(offer); }
void keep(AccountStepDone& event, RecoveryCodes&& codes) { event.codes = std::move(codes.recovery_codes); }
void keep(AccountStepDone& event, RevealedKey&& key) { event.key = std::move(key.key_string); }
void keep(AccountStepDone& event, KeyExport&& keys) { event.key = codec::to_json(keys); }

/// The callback of any of the routes.
struct Reply {
  AccountStep step;
  std::function<void(Outcome<AccountStepDone>)> done;

  template <class Answer>
  void operator()(Outcome<Answer> outcome) const {
    Outcome<AccountStepDone> told;
    told.why = std::move(outcome.why);
    told.answer.step = step;
    if (told.ok()) keep(told.answer, std::move(outcome.answer));
    done(std::move(told));
  }
};

}  // namespace

void call_account_step(ApiClient& client, const SendAccountStep& request,
                       std::function<void(Outcome<AccountStepDone>)> done) {
  const Reply reply{request.step, std::move(done)};
  const PasswordProof proof{request.proof.password};
  switch (request.step) {
    case AccountStep::Add:
      return client.call(api::kAddAccount, request.draft, reply);
    case AccountStep::Edit:
      return client.call(api::kUpdateAccount, request.id, request.patch, reply);
    case AccountStep::Delete:
      return client.call(api::kDeleteAccount, request.id, {}, reply);
    case AccountStep::EndSession:
      return client.call(api::kDeleteSession, request.id, {}, reply);
    case AccountStep::Password:
      return client.call(api::kChangePassword, {request.proof.password, request.new_password}, reply);
    case AccountStep::BeginFactor:
      return client.call(api::kBeginSecondFactor, proof, reply);
    case AccountStep::ConfirmFactor:
      return client.call(api::kConfirmSecondFactor, {request.proof.code.value_or("")}, reply);
    case AccountStep::RemoveFactor:
      return client.call(api::kRemoveSecondFactor, proof, reply);
    case AccountStep::Reveal:
      return client.call(api::kRevealKey, request.id, request.proof, reply);
    case AccountStep::Export:
      return client.call(api::kExportKeys, request.proof, reply);
    case AccountStep::None:
    case AccountStep::Codes:
    case AccountStep::Revealed:
      return;  // have no call
  }
}

}  // namespace geminate::ui
