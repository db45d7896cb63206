#include "frontend-wasm/pages/accounts.h"

#include <algorithm>

#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/settings_parts.h"
#include "frontend-wasm/text/format.h"

namespace geminate::ui {
namespace {

constexpr float kAccountCard = 64;
constexpr float kSessionCard = 84;

TextId role_name(AccountRole role) {
  return role == AccountRole::Admin ? TextId::RoleAdmin : TextId::RoleViewer;
}

/// "Firefox", "Chromium", out of what the browser calls itself; the whole stands in the tip.
Text browser_name(const std::string& agent) {
  for (const char* name : {"Firefox", "Edg", "OPR", "Chrome", "Safari", "curl"}) {
    if (agent.find(name) != std::string::npos)
      return Text::verbatim(name == std::string_view("Edg")   ? "Edge"
                            : name == std::string_view("OPR") ? "Opera"
                                                              : name);
  }
  return Text::verbatim(agent.substr(0, std::min<std::size_t>(24, agent.size())));
}

Text factor_text(const Phrasebook& say, bool on) {
  return say(on ? TextId::FactorIsOn : TextId::FactorIsOff);
}

void title_line(const Text& title, const Text& hint, float width) {
  heading(title, 2);
  gap(space::kHair);
  if (!hint.empty()) paragraph(hint, {.size = type::kDense, .colour = theme().secondary}, width);
  gap(space::kTightGap);
}

/// Buttons in a line, in the next one where there is no room.
class Buttons {
 public:
  explicit Buttons(float width) : left_(ImGui::GetCursorScreenPos().x), right_(left_ + width), x_(left_) {}
  bool add(const Text& label, const ButtonStyle& style) {
    const float wanted = button_width(label, style);
    if (x_ > left_ && x_ + wanted > right_) {
      gap(space::kTightGap);
      x_ = left_;
    } else if (x_ > left_) {
      ImGui::SameLine(0, space::kTightGap);
    }
    x_ += wanted + space::kTightGap;
    return button(label, style);
  }

 private:
  float left_, right_, x_;
};

// --- oneself

void draw_own(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Session& session = state.session;
  // The environment's admin has ADMIN_API_KEY, which no page changes.
  const bool system = session.account_id == 0;
  const Text hint = say(TextId::OwnHint, {session.name, say(role_name(session.role)).str(),
                                          factor_text(say, session.has_second_factor).str()});
  title_line(say(TextId::OwnTitle), hint, width);
  if (system) {
    paragraph(say(TextId::OwnPasswordOfEnvironment), {.size = type::kDense, .colour = theme().faint}, width);
    gap(space::kTightGap);
  }
  Buttons line(width);
  const ButtonStyle plain{.icon = Icon::Key};
  if (!system && line.add(say(TextId::ChangePassword), plain))
    emit(OpenAccountStep{AccountStep::Password, 0});
  const ButtonStyle factor{.icon = Icon::Token, .disabled = state.memory_mode()};
  const bool on = session.has_second_factor;
  if (line.add(say(on ? TextId::RemoveFactor : TextId::SetUpFactor), factor))
    emit(OpenAccountStep{on ? AccountStep::RemoveFactor : AccountStep::BeginFactor, 0});
  if (session.can_reveal_keys && line.add(say(TextId::ExportWholeKeys), {.icon = Icon::Download}))
    emit(OpenAccountStep{AccountStep::Export, 0});
  gap(2 * space::kSection);
}

// --- accounts

Text account_state(const Phrasebook& say, const AccountView& account) {
  return say(account.is_active ? TextId::AccountActive : TextId::AccountDisabled);
}

/// Nobody changes the account that they act with here, nor the environment's.
bool may_change(const AppState& state, const AccountView& account) {
  return !account.is_system && account.id != state.session.account_id;
}

void draw_account_row(const AppState& state, const TableRow& row, const AccountView& account,
                      const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID(row.index);
  const Press press = table_row(row, Text::verbatim(account.name), false);
  const Within inside;
  const TextStyle plain{.size = type::kDense};
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  table_cell(row, 0, Text::verbatim(account.name), {.size = type::kDense, .face = Face::Semibold});
  table_cell(row, 1, say(role_name(account.role)), plain);
  const ImVec2 at{row.left(2), row.middle(pill_size(account_state(say, account)).y)};
  paint_pill(at, account.is_active ? Tone::Good : Tone::Neutral, account_state(say, account));
  describe_text(account_state(say, account), at, {at.x + row.width(2), at.y + 22}, Role::Cell);
  table_cell(row, 3, factor_text(say, account.has_second_factor), account.has_second_factor ? plain : quiet);
  time_cell(row, 4, state, account.last_login_at, TextId::Never);
  if (account.is_system)
    table_cell(row, 5, say(TextId::AccountOfEnvironment), quiet);
  else
    time_cell(row, 5, state, account.created_at, TextId::Never);
  if (press.clicked && may_change(state, account)) emit(OpenAccountStep{AccountStep::Edit, account.id});
  ImGui::PopID();
}

void draw_account_card(const AppState& state, const AccountView& account, ImVec2 min, float width,
                       const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool pressed = row_card(min, width, kAccountCard, Text::verbatim(account.name), [&] {
    const Text words = account_state(say, account);
    const float taken = pill_size(words).x;
    paint_text({min.x + 14, min.y + 12}, Text::verbatim(account.name),
               {.size = type::kDense, .face = Face::Semibold}, width - 36 - taken);
    paint_pill({min.x + width - 14 - taken, min.y + 11}, account.is_active ? Tone::Good : Tone::Neutral,
               words);
    const Text rest =
        Text::verbatim(say(role_name(account.role)).str() + " · " + say(TextId::SecondFactor).str() + " " +
                       factor_text(say, account.has_second_factor).str());
    paint_text({min.x + 14, min.y + 35}, rest, {.size = type::kLabel, .colour = theme().secondary},
               width - 28);
    describe_text(Text::verbatim(words.str() + " " + rest.str()), {min.x + 14, min.y + 35},
                  {min.x + width - 14, min.y + 52});
  });
  if (pressed && may_change(state, account)) emit(OpenAccountStep{AccountStep::Edit, account.id});
}

/// As high as its rows: the page scrolls, not the table.
ImVec2 table_size(float width, std::size_t rows) {
  return {width, space::kTableHead + space::kRow * static_cast<float>(std::max<std::size_t>(1, rows)) + 2};
}

void draw_accounts(const AppState& state, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto& accounts = state.accounts.accounts;
  title_line(say(TextId::AccountsTitle),
             say(state.memory_mode() ? TextId::AccountsMemoryHint : TextId::AccountsHint), frame.width());
  if (!accounts.value) {
    skeleton_rows(2, space::kRow);
  } else if (frame.narrow()) {
    row_cards(
        accounts.value->accounts, kAccountCard,
        [&](const AccountView& each, ImVec2 min) {
          draw_account_card(state, each, min, frame.width(), emit);
        },
        0);
  } else {
    const auto& rows = accounts.value->accounts;
    const std::vector<TableColumn> columns = {
        {say(TextId::AccountName), 110, 1.4F}, {say(TextId::AccountRoleLabel), 70, 0.5F},
        {say(TextId::ColumnState), 84, 0.5F},  {say(TextId::SecondFactor), 96, 0.6F},
        {say(TextId::LastLogin), 90, 0.6F},    {say(TextId::AccountMade), 90, 0.9F}};
    const TableSpec spec{.id = "accounts",
                         .name = say(TextId::AccountsTitle),
                         .columns = &columns,
                         .rows = static_cast<int>(rows.size())};
    data_table(spec, table_size(frame.width(), rows.size()), [&](const TableRow& row) {
      draw_account_row(state, row, rows[static_cast<std::size_t>(row.index)], emit);
    });
  }
  gap(2 * space::kSection);
}

// --- sessions

Text session_name(const Phrasebook& say, const SessionInfo& session) {
  return session.is_current ? say(TextId::SessionIsThis, {session.account_name})
                            : Text::verbatim(session.account_name);
}

void draw_session_row(const AppState& state, const TableRow& row, const SessionInfo& session,
                      const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID(row.index);
  const Press press = table_row(row, session_name(say, session), false);
  const Within inside;
  const TextStyle quiet{.size = type::kDense, .colour = theme().secondary};
  table_cell(row, 0, session_name(say, session), {.size = type::kDense, .face = Face::Semibold});
  table_cell(row, 1, Text::verbatim(session.address), quiet);
  table_cell(row, 2, browser_name(session.user_agent), quiet, Text::verbatim(session.user_agent));
  time_cell(row, 3, state, session.created_at, TextId::Never);
  time_cell(row, 4, state, session.last_seen_at, TextId::Never);
  time_cell(row, 5, state, session.ends_at, TextId::Never);
  if (press.clicked) emit(OpenAccountStep{AccountStep::EndSession, session.id});
  ImGui::PopID();
}

void draw_session_card(const AppState& state, const SessionInfo& session, ImVec2 min, float width,
                       const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool pressed = row_card(min, width, kSessionCard, session_name(say, session), [&] {
    const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
    const auto ago = [&](Timestamp time) {
      return relative_time(say, time, state.wall_now, state.zone_minutes).str();
    };
    const Text place = Text::verbatim(browser_name(session.user_agent).str() + " · " + session.address);
    const Text times = say(TextId::SessionTimes, {ago(session.last_seen_at), ago(session.ends_at)});
    paint_text({min.x + 14, min.y + 12}, session_name(say, session),
               {.size = type::kDense, .face = Face::Semibold}, width - 28);
    paint_text({min.x + 14, min.y + 35}, place, quiet, width - 28);
    paint_text({min.x + 14, min.y + 56}, times, quiet, width - 28);
    describe_text(Text::verbatim(place.str() + " " + times.str()), {min.x + 14, min.y + 35},
                  {min.x + width - 14, min.y + 74});
  });
  if (pressed) emit(OpenAccountStep{AccountStep::EndSession, session.id});
}

void draw_sessions(const AppState& state, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto& sessions = state.accounts.sessions.value->sessions;
  title_line(say(TextId::SessionsTitle), say(TextId::SessionsHint), frame.width());
  if (frame.narrow()) {
    row_cards(sessions, kSessionCard, [&](const SessionInfo& each, ImVec2 min) {
      draw_session_card(state, each, min, frame.width(), emit);
    });
    return;
  }
  const std::vector<TableColumn> columns = {
      {say(TextId::AccountName), 110, 1.4F},    {say(TextId::SessionAddress), 100, 0.8F},
      {say(TextId::SessionBrowser), 72, 0.6F},  {say(TextId::SessionBegan), 84, 0.5F},
      {say(TextId::SessionLastSeen), 84, 0.5F}, {say(TextId::SessionEnds), 84, 0.5F}};
  const TableSpec spec{.id = "sessions",
                       .name = say(TextId::SessionsTitle),
                       .columns = &columns,
                       .rows = static_cast<int>(sessions.size())};
  data_table(spec, table_size(frame.width(), sessions.size()), [&](const TableRow& row) {
    draw_session_row(state, row, sessions[static_cast<std::size_t>(row.index)], emit);
  });
  gap(space::kSection);
}

}  // namespace

void accounts_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  {
    std::vector<HeaderAction> actions = {
        {say(TextId::Refresh), Icon::Refresh, ButtonKind::Quiet, [&emit] { emit(RefreshPage{}); }}};
    if (!state.memory_mode())
      actions.push_back({say(TextId::AddAccount), Icon::Plus, ButtonKind::Primary, [&emit] {
                           emit(OpenAccountStep{AccountStep::Add, 0});
                         }});
    const PageFrame frame(state, emit, say(TextId::NavAccounts), std::move(actions));
    const AccountsPageState& page = state.accounts;
    if (!draw_not_loaded(state, frame, page.sessions.value.has_value(), page.sessions.problem,
                         say(TextId::AccountsNotLoaded), emit)) {
      draw_own(state, frame.width(), emit);
      if (state.session.may_edit) draw_accounts(state, frame, emit);
      draw_sessions(state, frame, emit);
    }
  }
  draw_account_step(state, drafts, emit);
}

}  // namespace geminate::ui
