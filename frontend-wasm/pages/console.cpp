#include "frontend-wasm/pages/console.h"

#include <algorithm>

#include "frontend-wasm/app/parts.h"
#include "frontend-wasm/app/reducer.h"
#include "frontend-wasm/pages/accounts.h"
#include "frontend-wasm/pages/audit.h"
#include "frontend-wasm/pages/dashboard.h"
#include "frontend-wasm/pages/keys.h"
#include "frontend-wasm/pages/login.h"
#include "frontend-wasm/pages/models.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/palette.h"
#include "frontend-wasm/pages/playground.h"
#include "frontend-wasm/pages/requests.h"
#include "frontend-wasm/pages/settings.h"
#include "frontend-wasm/pages/sidebar.h"
#include "frontend-wasm/pages/tokens.h"
#include "frontend-wasm/platform/platform.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

constexpr ImGuiWindowFlags kRoot = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                                   ImGuiWindowFlags_NoScrollWithMouse;

/// Follows what the person chose, or else the system, which may change at any time.
void follow_look(const Preferences& preferences) {
  const bool dark = preferences.appearance == Appearance::Dark ||
                    (preferences.appearance == Appearance::System && platform::prefers_dark());
  const Theme& wanted = dark ? dark_theme() : light_theme();
  if (surface().theme != &wanted) {
    surface().theme = &wanted;
    apply_theme(wanted);
  }
  platform::set_page_look(dark, preferences.language == Language::Chinese);
}

/// While the page's code is on its way.
void coming_page(const AppState& state, const Emit& emit) {
  const PageFrame frame(state, emit, state.phrasebook()(state.page_title()), {});
  const ImVec2 size{frame.width(), frame.height_left(280)};
  const Card card("coming", size, {1, 1});
  skeleton_rows(std::max(1, static_cast<int>(size.y / space::kRow) - 1), space::kRow);
}

}  // namespace

GEMINATE_LATER void later_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  switch (state.page) {
    case Page::Tokens:
      return tokens_page(state, drafts, emit);
    case Page::Dashboard:
      return dashboard_page(state, emit);
    case Page::Requests:
      return requests_page(state, drafts, emit);
    case Page::Models:
      return models_page(state, drafts, emit);
    case Page::Settings:
      return settings_page(state, drafts, emit);
    case Page::Accounts:
      return accounts_page(state, drafts, emit);
    case Page::Audit:
      return audit_page(state, drafts, emit);
    case Page::Playground:
      return playground_page(state, drafts, emit);
    case Page::Keys:  // is in the first part
      break;
  }
}

GEMINATE_LATER void later_palette(const AppState& state, Drafts& drafts, const Emit& emit) {
  draw_palette(state, drafts, emit);
}

namespace {

void open_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  if (state.page == Page::Keys) return keys_page(state, drafts, emit);
  state.whole ? later_page(state, drafts, emit) : coming_page(state, emit);
}

void signed_in(const AppState& state, Drafts& drafts, const Emit& emit) {
  const float sidebar_width = is_narrow() ? 0 : draw_sidebar(state, emit);
  const ImVec2 page = ImGui::GetIO().DisplaySize;
  ImGui::SetCursorScreenPos({sidebar_width, 0});
  ImGui::BeginChild("page", {page.x - sidebar_width, page.y}, ImGuiChildFlags_NavFlattened,
                    ImGuiWindowFlags_NoScrollWithMouse);
  open_page(state, drafts, emit);
  ImGui::EndChild();
  if (is_narrow() && state.menu_open) draw_menu_drawer(state, emit);
  if (state.session.is_open) take_shortcuts(state, emit);
}

void ask_for_changes(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const Dialog dialog("unsaved", say(TextId::UnsavedTitle), Dialog::Form::Middle, 420);
  const float width = dialog.inner_width();
  paragraph(say(TextId::UnsavedBody), {.colour = theme().secondary}, width);
  const Text discard = say(TextId::UnsavedDiscard);
  const ButtonStyle destroy{.kind = ButtonKind::Destroy};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float buttons =
      button_width(say(TextId::UnsavedKeep)) + button_width(discard, destroy) + space::kTightGap;
  ImGui::SetCursorScreenPos({at.x + width - buttons, at.y});
  if (button(say(TextId::UnsavedKeep)) || dialog.dismissed()) emit(KeepEditing{});
  ImGui::SameLine(0, space::kTightGap);
  if (button(discard, destroy)) emit(DiscardChanges{});
}

/// What may come at any time, over any dialog.
void draw_above(const AppState& state, Drafts& drafts, const Emit& emit) {
  if (state.session.ended) {
    draw_login_over(state, drafts, emit);
  } else if (!state.guard.held.empty()) {
    ask_for_changes(state, emit);
  } else if (state.whole) {
    later_palette(state, drafts, emit);
  }
}

void draw_toasts(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  surface().messages = {};
  // A phone's round button must stay free.
  float above = is_narrow() ? 68 : 0;
  for (auto each = state.toasts.rbegin(); each != state.toasts.rend(); ++each) {
    const ToastTexts texts{say(each->message), each->note ? say(*each->note) : Text(),
                           each->undo ? say(TextId::Undo) : Text(), say(TextId::Dismiss)};
    const ToastPress press = toast(each->id, each->tone, texts, &above);
    if (press == ToastPress::Close) emit(DismissToast{each->id});
    if (press == ToastPress::Command) emit(UndoKeys{each->id});
  }
}

}  // namespace

void console_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  follow_look(state.preferences);
  platform::guard_leaving(has_unsaved_changes(state, drafts));
  surface().above_all = [&] { draw_above(state, drafts, emit); };
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
  ImGui::Begin("console", nullptr, kRoot);
  if (!state.session.known) {
    waiting_page(state, emit);
  } else if (!state.session.is_open && !state.session.ended) {
    login_page(state, drafts, emit);
  } else {
    signed_in(state, drafts, emit);
  }
  draw_above_all();
  ImGui::End();
  draw_toasts(state, emit);
  close_abandoned_dialogs();
}

}  // namespace geminate::ui
