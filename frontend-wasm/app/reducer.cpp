#include "frontend-wasm/app/reducer.h"

#include <algorithm>
#include <array>

#include "frontend-wasm/app/parts.h"
#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/router.h"

namespace geminate::ui {
namespace {

constexpr double kToastSeconds = 5;
constexpr double kBadToastSeconds = 9;
constexpr std::size_t kToastsAtOnce = 4;

/// Whether the page's list is asked for again and again: only where the live feed, which the page follows
/// otherwise, cannot be had.
bool polls(const AppState& state) {
  return (state.page == Page::Tokens || state.page == Page::Keys) && !state.feed.up;
}

/// The list that the page on screen shows.
Refresh& shown_refresh(AppState& state) {
  return state.page == Page::Tokens ? state.tokens.refresh : state.keys.refresh;
}
const Refresh& shown_refresh(const AppState& state) {
  return state.page == Page::Tokens ? state.tokens.refresh : state.keys.refresh;
}

void attempt_to_reconnect(Step& step) {
  step.state.connection.retrying = true;
  step.send(FetchSession{});
}

void lose_server(Step& step) {
  Connection& connection = step.state.connection;
  // Several calls may fail together; only the first of them and the attempts count.
  if (!connection.lost || connection.retrying) ++connection.failures;
  connection.lost = true;
  connection.retrying = false;
  connection.next_attempt_at = step.state.now + retry_delay(connection.failures);
}

void show_page(Step& step, Page page) {
  AppState& state = step.state;
  if (state.page == page) return;
  state.page = page;
  close_overlay(step, state.keys);
  close_overlay(step, state.tokens);
  close_story(state.requests);
  close_settings(state.settings);
  close_account_step(step);
  state.audit.open_row = 0;
  if (state.session.is_open && !state.connection.lost) step.fetch_page();
}

/// False while the list is on its way already.
template <class Row>
bool begin_fetch(RowsPage<Row>& page) {
  if (page.refresh.running) return false;
  page.refresh.running = true;
  if (page.loading != Loading::Done) page.loading = Loading::Running;
  return true;
}

}  // namespace

void Step::toast(Tone tone, Message message, std::optional<Message> note) {
  const double shown_for = tone == Tone::Bad ? kBadToastSeconds : kToastSeconds;
  state.toasts.push_back(
      {++state.last_toast, tone, std::move(message), std::move(note), state.now + shown_for});
  if (state.toasts.size() > kToastsAtOnce) state.toasts.erase(state.toasts.begin());
  redraw();
}

void Step::announce(Message message, TextId memory_note) {
  toast(Tone::Good, std::move(message),
        state.memory_mode() ? std::optional(Message{memory_note, {}}) : std::nullopt);
}

void Step::complain(const Failure& failure) { toast(Tone::Bad, describe(failure)); }

void Step::fetch_keys() {
  if (!begin_fetch(state.keys)) return;
  state.feed.keys_moved = false;
  send(FetchKeys{state.keys.refresh.edits, state.keys.versions});
}

void Step::fetch_tokens() {
  if (!begin_fetch(state.tokens)) return;
  state.feed.tokens_moved = false;
  send(FetchTokens{state.tokens.refresh.edits});
}

GEMINATE_LATER void later_fetch_page(Step& step) {
  switch (step.state.page) {
    case Page::Dashboard:
      return fetch_dashboard(step);
    case Page::Requests:
      return fetch_requests(step);
    case Page::Settings:
      return fetch_settings(step);
    case Page::Models:
      return fetch_aliases(step);
    case Page::Accounts:
      return fetch_accounts(step);
    case Page::Audit:
      return fetch_audit(step);
    case Page::Playground:
      return open_playground(step);
    case Page::Keys:
    case Page::Tokens:
      break;
  }
}

void Step::fetch_page() {
  if (state.page == Page::Keys) return fetch_keys();
  if (state.page == Page::Tokens) return fetch_tokens();
  // Else Completed does.
  if (state.whole) later_fetch_page(*this);
}

Message describe(const Failure& failure) {
  if (failure.kind == FailureKind::Unreachable) return {TextId::FailedUnreachable, {}};
  if (failure.kind == FailureKind::Refused) return {TextId::FailedRefused, {failure.message}};
  return {TextId::FailedUnreadable, {std::to_string(failure.status)}};
}

bool blames_form(const Failure& failure) {
  return failure.kind == FailureKind::Refused && (failure.status == 400 || failure.status == 409);
}

void server_answered(Step& step) {
  Connection& connection = step.state.connection;
  connection.last_answer_at = step.state.now;
  if (!connection.lost) return;
  connection = {.last_answer_at = step.state.now};
  step.toast(Tone::Good, {TextId::ServerBack, {}});
  if (step.state.session.is_open) step.fetch_page();
}

void on(Step& step, const Navigate& action) {
  step.state.menu_open = false;
  show_page(step, action.page);
}

void on(Step& step, const SetLanguage& action) {
  step.state.preferences.language = action.language;
  step.effects.emplace_back(RememberChoice{"language", action.language == Language::Chinese ? "zh" : "en"});
}

void on(Step& step, const SetAppearance& action) {
  static constexpr std::array<const char*, 3> kNames = {"system", "light", "dark"};
  step.state.preferences.appearance = action.appearance;
  step.effects.emplace_back(
      RememberChoice{"appearance", kNames[static_cast<std::size_t>(action.appearance)]});
}

void on(Step& step, const SetMenuOpen& action) { step.state.menu_open = action.open; }

void on(Step& step, const RetryNow&) {
  if (step.state.connection.lost && !step.state.connection.retrying) attempt_to_reconnect(step);
}

void on(Step& step, const DismissToast& action) {
  std::erase_if(step.state.toasts, [&action](const Toast& toast) { return toast.id == action.id; });
}

void on(Step& step, const CopyText& action) {
  step.effects.emplace_back(PutIntoClipboard{action.text});
  step.toast(Tone::Good, {TextId::Copied, {}});
}

void on(Step& step, const CloseOverlay&) {
  AppState& state = step.state;
  if (state.menu_open) {
    state.menu_open = false;
  } else if (state.accounts.open != AccountStep::None) {
    close_account_step(step);
  } else if (state.page == Page::Audit) {
    state.audit.open_row = 0;
  } else if (!state.keys.asking_to_delete.empty()) {
    state.keys.asking_to_delete.clear();
  } else if (state.tokens.asking_to_delete) {
    state.tokens.asking_to_delete.reset();
  } else if (state.tokens.rotating) {
    state.tokens.rotating.reset();
  } else if (state.page == Page::Requests) {
    close_story(state.requests);
  } else if (state.page == Page::Settings || state.page == Page::Models) {
    close_settings(state.settings);
  } else if (state.page == Page::Keys) {
    close_overlay(step, state.keys);
  } else {
    close_overlay(step, state.tokens);
  }
}

void on(Step& step, const Started& event) {
  AppState& state = step.state;
  state.page = page_at(event.path);
  state.address = {event.path, event.path};
  state.preferences = event.preferences;
  state.zone_minutes = event.zone_minutes;
  state.visible = event.visible;
  state.whole = event.whole;
  state.keys.layout = event.key_layout;
  state.server_address = event.server_address;
  restore_prompt(step, event.prompt);
  step.send(FetchSession{});
  step.redraw();
}

/// Whether somebody looks at the page or not.
GEMINATE_LATER void later_keep(Step& step) {
  if (step.state.page == Page::Playground && step.state.session.is_open) keep_prompt(step);
  hide_whole_key(step);
}

GEMINATE_LATER void later_follow(Step& step) {
  follow_requests(step);
  follow_usage(step);
  follow_tokens(step);
  follow_playground(step);
}

GEMINATE_LATER void later_follow_check(Step& step) { follow_check(step); }

void on(Step& step, const TimePassed& event) {
  AppState& state = step.state;
  state.now = event.now;
  state.wall_now = event.wall_now;
  state.keys.judged_at = event.wall_now;
  const auto expired =
      std::erase_if(state.toasts, [&](const Toast& toast) { return toast.disappears_at <= event.now; });
  if (expired > 0) step.redraw();
  if (state.whole) later_keep(step);
  if (!state.visible) return;
  if (state.connection.lost) {
    if (!state.connection.retrying && event.now >= state.connection.next_attempt_at) {
      attempt_to_reconnect(step);
      step.redraw();
    }
    return;
  }
  if (!state.session.is_open) return;
  if (polls(state)) {
    if (event.now >= shown_refresh(state).due_at) step.fetch_page();
  } else {
    follow_keys(step);
    if (state.whole) later_follow(step);
  }
  follow_times(step);
  follow_glances(step);
  if (state.whole) later_follow_check(step);
}

void on(Step& step, const VisibilityChanged& event) {
  AppState& state = step.state;
  state.visible = event.visible;
  if (!event.visible) return;
  // Whoever comes back wants to see what is now.
  shown_refresh(state).due_at = state.now;
  requests_moved(step);
  usage_moved(step);
  state.connection.next_attempt_at = state.now;
  on(step, TimePassed{state.now, state.wall_now});
  step.redraw();
}

GEMINATE_LATER void later_repaint_pool(AppState& state) { repaint_pool(state); }

GEMINATE_LATER void later_failed(Step& step, const RequestFailed& event) {
  visit_later<FirstLaterRequest>([&](const auto& request) { failed(step, request, event.failure); },
                                 event.request);
}

static void tell_who_asked(Step& step, const RequestFailed& event) {
  if (is_later<FirstLaterRequest>(event.request)) return later_failed(step, event);
  visit_first<FirstLaterRequest>([&](const auto& request) { failed(step, request, event.failure); },
                                 event.request);
}

void on(Step& step, const Completed&) {
  step.state.whole = true;
  if (step.state.session.is_open) later_fetch_page(step);
  step.redraw();
}

void on(Step& step, const RequestFailed& event) {
  if (event.failure.kind == FailureKind::Unreachable) {
    lose_server(step);
  } else if (!std::holds_alternative<FetchSession>(event.request)) {
    server_answered(step);
  }
  // There a 401 is about the password that was typed.
  const bool is_proof = std::holds_alternative<SendLogin>(event.request) ||
                        std::holds_alternative<SendAccountStep>(event.request);
  if (event.failure.status == 401 && !is_proof) {
    session_ended(step);
  } else {
    tell_who_asked(step, event);
  }
  step.redraw();
}

bool take_list(Refresh& refresh, Loading& loading, std::uint64_t edits, double now) {
  refresh.running = false;
  if (edits != refresh.edits) return false;
  refresh.due_at = now + kRefreshSeconds;
  refresh.problem.reset();
  loading = Loading::Done;
  return true;
}

void list_failed(Step& step, Refresh& refresh, Loading& loading, const Failure& failure) {
  refresh.running = false;
  refresh.due_at = step.state.now + kRefreshSeconds;
  refresh.problem = describe(failure);
  if (loading != Loading::Done) loading = Loading::Failed;
}

bool looks_different(Refresh& refresh, std::uint64_t digest, std::optional<Timestamp> last_used,
                     Timestamp now) {
  using std::chrono::seconds;
  const bool seconds_are_shown = last_used && now - *last_used < seconds(70);
  const bool minutes_moved = now - refresh.drawn_at >= seconds(30);
  if (digest == refresh.digest && !seconds_are_shown && !minutes_moved) return false;
  refresh.digest = digest;
  refresh.drawn_at = now;
  return true;
}

Effects reduce(AppState& state, Drafts& drafts, Action action) {
  Step step{state, drafts, {}};
  const std::string awaited = state.address.awaited;
  const std::string before = awaited.empty() ? "" : address_of(state);
  take(step, std::move(action));
  // Who has gone on meanwhile is not taken back to where the address led.
  if (!awaited.empty() && state.address.awaited == awaited && address_of(state) != before)
    state.address.awaited.clear();
  follow_address(step);
  follow_feed(step);
  return std::move(step.effects);
}

GEMINATE_LATER void later_take_event(Step& step, const Event& event) {
  visit_later<FirstLaterEvent>([&step](const auto& happened) { on(step, happened); }, event);
}

Effects reduce(AppState& state, Drafts& drafts, const Event& event) {
  Step step{state, drafts, {}};
  if (is_later<FirstLaterEvent>(event)) {
    later_take_event(step, event);
  } else {
    visit_first<FirstLaterEvent>([&step](const auto& happened) { on(step, happened); }, event);
  }
  if (!std::holds_alternative<TimePassed>(event)) follow_address(step);
  if (std::holds_alternative<KeysLoaded>(event) && state.page == Page::Dashboard && state.whole)
    later_repaint_pool(state);
  follow_feed(step);
  return std::move(step.effects);
}

std::optional<double> next_wake(const AppState& state) {
  std::optional<double> earliest;
  const auto consider = [&earliest](double moment) {
    earliest = std::min(earliest.value_or(moment), moment);
  };
  for (const Toast& toast : state.toasts) consider(toast.disappears_at);
  if (state.accounts.hides_at > 0) consider(state.accounts.hides_at);
  if (!state.visible) return earliest;
  if (state.feed.listening && state.feed.next_attempt_at != 0) consider(state.feed.next_attempt_at);
  if (state.connection.lost) {
    if (!state.connection.retrying) consider(state.connection.next_attempt_at);
  } else if (state.session.is_open && !polls(state)) {
    if (const auto moment = requests_due(state)) consider(*moment);
    if (const auto moment = usage_due(state)) consider(*moment);
    if (const auto moment = keys_due(state)) consider(*moment);
    if (const auto moment = tokens_due(state)) consider(*moment);
    if (const auto moment = playground_due(state)) consider(*moment);
  } else if (state.session.is_open && !shown_refresh(state).running) {
    consider(shown_refresh(state).due_at);
  }
  if (state.session.is_open) {
    if (const auto moment = times_due(state)) consider(*moment);
    if (const auto moment = glances_due(state)) consider(*moment);
  }
  const KeyStory& story = state.keys.story;
  if (story.check && story.checking() && story.look_again_at > 0) consider(story.look_again_at);
  return earliest;
}

double retry_delay(std::uint32_t failures) {
  static constexpr std::array<double, 6> kDelays = {1, 2, 4, 8, 15, 30};
  const std::size_t step = failures == 0 ? 0 : failures - 1;
  return kDelays[std::min<std::size_t>(step, kDelays.size() - 1)];
}

}  // namespace geminate::ui
