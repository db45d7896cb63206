#include "frontend-wasm/pages/console.h"

#include <array>
#include <cmath>

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

using PageFunction = void (*)(const AppState&, Drafts&, const Emit&);

void dashboard(const AppState& state, Drafts&, const Emit& emit) { dashboard_page(state, emit); }

constexpr std::array<PageFunction, 9> kPages = {keys_page,   tokens_page,     requests_page,
                                                dashboard,   playground_page, settings_page,
                                                models_page, accounts_page,   audit_page};

void open_page(const AppState& state, Drafts& drafts, const Emit& emit) {
  kPages[static_cast<std::size_t>(state.page)](state, drafts, emit);
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
  } else {
    draw_palette(state, drafts, emit);
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
