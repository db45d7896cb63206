#include <algorithm>
#include <iterator>
#include <string_view>

#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/settings_step.h"

namespace geminate::ui {
namespace {

/// That some dialog has, by the API's names.
constexpr std::string_view kFields[] = {"name", "password", "current", "new", "code"};

/// What the dialog of that step has to have, by the API's names.
bool complain_of_missing(AccountsPageState& page, const AccountDrafts& drafts) {
  const auto want = [&page](const char* field, const std::string& typed) {
    if (typed.empty()) page.field_errors[field] = {TextId::ValueMissing, {}};
  };
  page.field_errors.clear();
  switch (page.open) {
    case AccountStep::Add:
      want("name", drafts.account.name);
      want("password", drafts.account.password);
      break;
    case AccountStep::Password:
      want("current", drafts.password);
      want("new", drafts.new_password);
      break;
    case AccountStep::ConfirmFactor:
      want("code", drafts.code);
      break;
    case AccountStep::BeginFactor:
    case AccountStep::RemoveFactor:
    case AccountStep::Reveal:
    case AccountStep::Export:
      want("password", drafts.password);
      break;
    default:
      break;
  }
  return !page.field_errors.empty();
}

AccountPatch patch_of(const AccountForm& form, const AccountView& row) {
  AccountPatch patch;
  if (form.role != row.role) patch.role = form.role;
  if (form.is_active != row.is_active) patch.is_active = form.is_active;
  if (!form.password.empty()) patch.password = form.password;
  if (form.removes_factor) patch.remove_second_factor = true;
  patch.revision = row.revision;
  return patch;
}

SendAccountStep request_of(const AccountsPageState& page, const AccountDrafts& drafts) {
  SendAccountStep request{.step = page.open, .id = page.subject};
  request.proof.password = drafts.password;
  if (!drafts.code.empty()) request.proof.code = drafts.code;
  request.new_password = drafts.new_password;
  if (page.open == AccountStep::Add)
    request.draft = {parse_text(drafts.account.name).value_or(""), drafts.account.role,
                     drafts.account.password, drafts.account.is_active};
  if (page.open == AccountStep::Edit) request.patch = patch_of(drafts.account, page.account);
  if (page.open == AccountStep::Edit || page.open == AccountStep::Delete) request.id = page.account.id;
  return request;
}

Message news_of(AccountStep step, const AccountsPageState& page, const AccountDrafts& drafts) {
  switch (step) {
    case AccountStep::Add:
      return {TextId::AccountAdded, {drafts.account.name}};
    case AccountStep::Edit:
      return {TextId::AccountSaved, {page.account.name}};
    case AccountStep::Delete:
      return {TextId::AccountDeleted, {page.account.name}};
    case AccountStep::EndSession:
      return {TextId::SessionRevoked, {}};
    case AccountStep::Password:
      return {TextId::PasswordChanged, {}};
    case AccountStep::ConfirmFactor:
      return {TextId::FactorOn, {}};
    default:
      return {TextId::FactorOff, {}};
  }
}

void show(Step& step, AccountStep next) {
  AccountsPageState& page = step.state.accounts;
  step.drafts.accounts = {};
  page.field_errors.clear();
  page.saving = false;
  page.open = next;
}

/// After a conflict the form is compared with the latest; what was typed stays.
void rebase(AccountsPageState& page) {
  if (page.open != AccountStep::Edit || !page.conflict) return;
  page.conflict = false;
  for (const AccountView& row : page.accounts.value->accounts) {
    if (row.id == page.account.id) page.account = row;
  }
}

}  // namespace

AccountForm form_of(const AccountView& row) {
  AccountForm form;
  form.name = row.name;
  form.role = row.role;
  form.is_active = row.is_active;
  return form;
}

bool account_form_has_changes(const AppState& state, const Drafts& drafts) {
  const AccountsPageState& page = state.accounts;
  const AccountDrafts& typed = drafts.accounts;
  if (page.saving) return false;
  if (page.open == AccountStep::Add || page.open == AccountStep::Edit)
    return typed.account != form_of(page.account);
  return page.open == AccountStep::Password && !typed.new_password.empty();
}

void close_account_step(Step& step) {
  AccountsPageState& page = step.state.accounts;
  show(step, AccountStep::None);
  page.offer = {};
  page.codes.clear();
  page.whole_key.clear();
  page.hides_at = 0;
}

void fetch_accounts(Step& step) {
  AccountsPageState& page = step.state.accounts;
  if (step.state.session.may_edit) fetch<FetchAccounts>(step, page.accounts);
  fetch<FetchSessions>(step, page.sessions);
}

void hide_whole_key(Step& step) {
  AccountsPageState& page = step.state.accounts;
  if (page.open != AccountStep::Revealed || step.state.now < page.hides_at) return;
  close_account_step(step);
  step.redraw();
}

void on(Step& step, const OpenAccountStep& action) {
  AccountsPageState& page = step.state.accounts;
  show(step, action.step);
  page.subject = action.id;
  page.account = {};
  if ((action.step == AccountStep::Edit || action.step == AccountStep::Delete) && page.accounts.value) {
    for (const AccountView& row : page.accounts.value->accounts) {
      if (row.id == action.id) page.account = row;
    }
  }
  step.drafts.accounts.account = form_of(page.account);
}

void on(Step& step, const SubmitAccountStep&) {
  AccountsPageState& page = step.state.accounts;
  if (page.saving || complain_of_missing(page, step.drafts.accounts)) return;
  if (page.open == AccountStep::Edit && step.drafts.accounts.account == form_of(page.account)) {
    close_account_step(step);
    return step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
  }
  page.saving = true;
  step.send(request_of(page, step.drafts.accounts));
}

void on(Step& step, const AccountsLoaded& event) {
  take(step, step.state.accounts.accounts, event.list);
  rebase(step.state.accounts);
}

void on(Step& step, const SessionsLoaded& event) { take(step, step.state.accounts.sessions, event.list); }

void on(Step& step, const AccountStepDone& event) {
  AccountsPageState& page = step.state.accounts;
  server_answered(step);
  page.saving = false;
  step.redraw();
  const bool still_open = page.open == event.step;
  if (event.step == AccountStep::BeginFactor) {
    if (!still_open) return;
    show(step, AccountStep::ConfirmFactor);
    page.offer = event.offer;
    return;
  }
  if (event.step == AccountStep::Reveal) {
    if (!still_open) return;
    show(step, AccountStep::Revealed);
    page.whole_key = event.key;
    page.hides_at = step.state.now + kRevealSeconds;
    return;
  }
  if (event.step == AccountStep::Export) {
    step.effects.emplace_back(SaveFile{"keys.json", event.key});
    step.toast(Tone::Good, {TextId::WholeKeysExported, {}});
    return close_account_step(step);
  }
  step.toast(Tone::Good, news_of(event.step, page, step.drafts.accounts));
  if (event.step == AccountStep::ConfirmFactor) step.state.session.has_second_factor = true;
  if (event.step == AccountStep::RemoveFactor) step.state.session.has_second_factor = false;
  if (still_open) close_account_step(step);
  if (event.step == AccountStep::ConfirmFactor) {
    page.codes = event.codes;
    page.open = AccountStep::Codes;
  }
  if (step.state.page == Page::Accounts) fetch_accounts(step);
}

void failed(Step& step, const FetchAccounts&, const Failure& failure) {
  miss(step.state.accounts.accounts, failure);
}
void failed(Step& step, const FetchSessions&, const Failure& failure) {
  miss(step.state.accounts.sessions, failure);
}

void failed(Step& step, const SendAccountStep& request, const Failure& failure) {
  AccountsPageState& page = step.state.accounts;
  page.saving = false;
  if (page.open != request.step || failure.kind != FailureKind::Refused) return step.complain(failure);
  if (failure.status == 401) {
    const bool code = failure.code == "second_factor_required" || page.open == AccountStep::ConfirmFactor;
    const char* password = page.open == AccountStep::Password ? "current" : "password";
    page.field_errors[code ? "code" : password] = {code ? TextId::CodeWanted : TextId::ProofWrong, {}};
    // Or the session has ended: its answer tells them apart.
    return step.send(FetchSession{});
  }
  const bool moved_on = failure.status == 409 && page.open == AccountStep::Edit;
  const auto blamed = std::find(std::begin(kFields), std::end(kFields), failure.field);
  page.field_errors[blamed == std::end(kFields) ? "" : failure.field] =
      moved_on ? Message{TextId::RowMovedOn, {}} : Message{TextId::ServerSays, {failure.message}};
  if (!moved_on) return;
  page.conflict = true;
  fetch_anew<FetchAccounts>(step, page.accounts);
}

}  // namespace geminate::ui
