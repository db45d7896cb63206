#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

void take(Session& session, const SessionView& view) {
  session.known = true;
  session.is_admin = view.is_admin;
  session.key_storage_mode = view.key_storage_mode;
  session.version = view.version;
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
  if (session.signing_in) return;
  if (step.drafts.password.empty()) {
    session.problem = Message{TextId::PasswordMissing, {}};
    return;
  }
  session.signing_in = true;
  session.problem.reset();
  step.send(SendLogin{{step.drafts.password}});
}

void on(Step& step, const LogOut&) { step.send(SendLogout{}); }

void on(Step& step, const SessionLoaded& event) {
  Session& session = step.state.session;
  const bool was_admin = session.is_admin;
  if (was_admin && !event.session.is_admin) session_ended(step);
  take(session, event.session);
  server_answered(step);
  if (session.is_admin && !was_admin) fetch_everything(step);
  step.redraw();
}

void on(Step& step, const LoggedIn& event) {
  Session& session = step.state.session;
  take(session, event.session);
  session.signing_in = session.ended = false;
  session.problem.reset();
  step.drafts.password.clear();
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
  state.session.is_admin = state.session.ended = false;
  state.session.problem.reset();
  step.drafts = {};
  keep_prompt(step);
  step.toast(Tone::Neutral, {TextId::SignedOut, {}});
}

void session_ended(Step& step) {
  AppState& state = step.state;
  state.session.known = true;
  state.session.ended = state.session.ended || state.session.is_admin;
  state.session.is_admin = false;
  state.session.signing_in = false;
  state.session.problem = Message{TextId::SessionEnded, {}};
  state.menu_open = false;
  state.tokens.made_secret.clear();
  if (state.tokens.overlay == TokenOverlay::Made) state.tokens.overlay = TokenOverlay::None;
  forget_requests(state);
  forget_calls(state.settings);
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
  switch (failure.status) {
    case 401:
      session.problem = Message{TextId::PasswordWrong, {}};
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
