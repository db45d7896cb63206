#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

void take(Session& session, const SessionView& view) {
  session.known = true;
  session.is_open = view.is_admin || view.role;
  session.may_edit = view.is_admin;
  session.key_storage_mode = view.key_storage_mode;
  session.version = view.version;
  session.account_id = view.account_id.value_or(0);
  session.name = view.name.value_or("");
  session.role = view.role.value_or(view.is_admin ? AccountRole::Admin : AccountRole::Viewer);
  session.has_second_factor = view.has_second_factor;
  session.can_reveal_keys = view.can_reveal_keys;
  session.is_secure = view.is_secure;
}

/// Both lists: the navigation shows how long each is.
void fetch_everything(Step& step) {
  step.fetch_keys();
  step.fetch_tokens();
  if (step.state.page != Page::Keys && step.state.page != Page::Tokens) step.fetch_page();
}

/// Nobody may be left waiting for an answer that is not going to come any more.
void forget_requests(AppState& state) {
  state.keys.refresh.running = state.tokens.refresh.running = state.keys.glances.running = false;
  state.keys.saving = state.tokens.saving = false;
  state.keys.busy.clear();
  state.tokens.busy.clear();
  state.dashboard.awaited = 0;
  if (state.playground.models_loading == ModelsLoading::Running)
    state.playground.models_loading = ModelsLoading::Never;
  state.requests.asking_older = state.requests.asking_since = false;
}

}  // namespace

void on(Step& step, const LogIn&) {
  Session& session = step.state.session;
  const LoginDraft& typed = step.drafts.login;
  if (session.signing_in) return;
  session.problem.reset();
  if (typed.password.empty()) session.problem = Message{TextId::PasswordMissing, {}};
  if (session.named && typed.name.empty()) session.problem = Message{TextId::AccountNameMissing, {}};
  if (session.problem) return;
  session.signing_in = true;
  LoginRequest request{typed.password};
  if (session.named) request.name = typed.name;
  if (session.code_wanted && !typed.code.empty()) request.code = typed.code;
  step.send(SendLogin{std::move(request)});
}

void on(Step& step, const UseNamedAccount& action) {
  Session& session = step.state.session;
  session.named = action.named;
  session.code_wanted = false;
  session.problem.reset();
  step.drafts.login = {};
}

void on(Step& step, const LogOut&) { step.send(SendLogout{}); }

void on(Step& step, const SessionLoaded& event) {
  Session& session = step.state.session;
  const bool was_open = session.is_open;
  if (was_open && !event.session.is_admin && !event.session.role) session_ended(step);
  take(session, event.session);
  server_answered(step);
  if (session.is_open && !was_open) fetch_everything(step);
  step.redraw();
}

void on(Step& step, const LoggedIn& event) {
  Session& session = step.state.session;
  take(session, event.session);
  session.signing_in = session.ended = false;
  session.problem.reset();
  session.code_wanted = false;
  step.drafts.login.password.clear();
  step.drafts.login.code.clear();
  server_answered(step);
  fetch_everything(step);
  step.redraw();
}

void on(Step& step, const LoggedOut&) {
  AppState& state = step.state;
  server_answered(step);
  const KeyTableLayout layout = state.keys.layout;  // is the browser's, not the admin's
  state.keys = {};
  state.keys.layout = layout;
  state.tokens = {};
  state.requests = {};
  state.dashboard = {};
  state.palette = {};
  state.guard = {};
  state.settings = {};
  if (state.playground.answer.running()) step.effects.emplace_back(StopPrompt{});
  state.playground = {};
  state.menu_open = false;
  state.accounts = {};
  state.audit = {};
  state.session.is_open = state.session.may_edit = state.session.ended = false;
  state.session.named = state.session.code_wanted = false;
  state.session.problem.reset();
  step.drafts = {};
  keep_prompt(step);
  step.toast(Tone::Neutral, {TextId::SignedOut, {}});
}

void session_ended(Step& step) {
  AppState& state = step.state;
  state.session.known = true;
  state.session.ended = state.session.ended || state.session.is_open;
  state.session.is_open = false;
  state.session.signing_in = false;
  state.session.problem = Message{TextId::SessionEnded, {}};
  state.menu_open = false;
  state.tokens.made_secret.clear();
  if (state.tokens.overlay == TokenOverlay::Made) state.tokens.overlay = TokenOverlay::None;
  forget_requests(state);
  forget_calls(state.settings);
  state.accounts.accounts.running = state.accounts.sessions.running = state.accounts.saving = false;
  state.audit.rows.running = state.audit.verifying = false;
}

void failed(Step& step, const FetchSession&, const Failure& failure) {
  if (failure.kind == FailureKind::Unreachable) return;
  // It answers, but not as a server of ours does: nothing can begin, so this is tried again like a lost one.
  Connection& connection = step.state.connection;
  connection.lost = true;
  connection.retrying = false;
  ++connection.failures;
  connection.next_attempt_at = step.state.now + 10;
}

void failed(Step& step, const SendLogin&, const Failure& failure) {
  Session& session = step.state.session;
  session.signing_in = false;
  if (failure.code == "second_factor_required") {
    session.problem = Message{TextId::CodeWanted, {}};
    session.code_wanted = true;
    return;
  }
  switch (failure.status) {
    case 401:
      session.problem = Message{session.code_wanted ? TextId::ProofWrong
                                : session.named     ? TextId::LoginWrong
                                                    : TextId::PasswordWrong,
                                {}};
      break;
    case 429:
      session.problem = Message{TextId::LoginThrottled, {}};
      break;
    default:
      session.problem = describe(failure);
  }
}

void failed(Step& step, const SendLogout&, const Failure& failure) { step.complain(failure); }

}  // namespace geminate::ui
