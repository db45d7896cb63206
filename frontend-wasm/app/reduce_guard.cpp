#include <type_traits>
#include <utility>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/location.h"
#include "frontend-wasm/app/parts.h"
#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

bool key_form_has_changes(const AppState& state, const Drafts& drafts) {
  const KeysPageState& page = state.keys;
  if (page.saving) return false;
  if (page.overlay == KeyOverlay::Detail) return drafts.key != form_of(page.opened_row, state.zone_minutes);
  if (page.overlay == KeyOverlay::Add) {
    // What the report tells of is in the pool, but for what was not sent.
    if (page.import.stage == ImportStage::Report) return page.import.counts.unsent > 0;
    return !drafts.key_texts.empty() || drafts.key != KeyForm();
  }
  return false;
}

bool token_form_has_changes(const AppState& state, const Drafts& drafts) {
  const TokensPageState& page = state.tokens;
  if (page.saving) return false;
  if (page.overlay == TokenOverlay::Edit) return drafts.token != form_of(page.opened_row, state.zone_minutes);
  return page.overlay == TokenOverlay::Make && drafts.token != TokenForm();
}

bool settings_form_has_changes(const SettingsPageState& page, const SettingsDrafts& drafts) {
  if (page.saving) return false;
  if (page.overlay == SettingsOverlay::Setting) return drafts.value != page.open_setting.value.value_or("");
  if (page.overlay == SettingsOverlay::Quota) return drafts.quota != form_of(page.open_quota);
  if (page.overlay == SettingsOverlay::Alias) return drafts.alias != page.open_alias;
  return page.overlay == SettingsOverlay::Price && drafts.price != form_of(page.open_price);
}

bool form_has_changes(const AppState& state, const Drafts& drafts) {
  return key_form_has_changes(state, drafts) || token_form_has_changes(state, drafts) ||
         settings_form_has_changes(state.settings, drafts.settings) ||
         account_form_has_changes(state, drafts);
}

/// The playground's prompt stays while one goes about in the console: only who leaves it loses what was not
/// sent.
bool loses_changes(const AppState& state, const Drafts& drafts, const Action& action) {
  return form_has_changes(state, drafts) ||
         (std::holds_alternative<LogOut>(action) && has_unsent_prompt(state.playground, drafts.prompt));
}

/// Whether the form that is open would be closed or filled anew.
struct LeavesForm {
  const AppState& state;

  bool operator()(const CloseOverlay&) const {
    // What lies above the form closes first.
    return !state.menu_open && state.keys.asking_to_delete.empty() && !state.tokens.asking_to_delete;
  }
  bool operator()(const Navigate& action) const { return action.page != state.page; }
  bool operator()(const FollowAddress& action) const {
    const Location here = read_location(address_of(state));
    return !read_location(action.address).same_place(here);
  }
  bool operator()(const OpenKey&) const { return true; }
  bool operator()(const OpenAddKeys&) const { return true; }
  bool operator()(const ShowKey&) const { return true; }
  bool operator()(const OpenToken&) const { return true; }
  bool operator()(const OpenMakeToken&) const { return true; }
  bool operator()(const ShowRequests&) const { return true; }
  bool operator()(const ShowSettingsTab&) const { return true; }
  bool operator()(const OpenSetting&) const { return true; }
  bool operator()(const OpenQuota&) const { return true; }
  bool operator()(const OpenPrice&) const { return true; }
  bool operator()(const OpenAlias&) const { return true; }
  bool operator()(const OpenAccountStep& action) const { return action.step != AccountStep::Delete; }
  bool operator()(const LogOut&) const { return true; }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

}  // namespace

bool has_unsaved_changes(const AppState& state, const Drafts& drafts) {
  return form_has_changes(state, drafts) || has_unsent_prompt(state.playground, drafts.prompt);
}

/// Whether only an admin may do it. The server says so too; this says it before anything is typed.
struct Edits {
  bool operator()(const OpenAccountStep& action) const {
    return action.step == AccountStep::Add || action.step == AccountStep::Edit;
  }
  template <class Asked>
  bool operator()(const Asked&) const {
    return kOneOf<Asked, OpenAddKeys, SubmitNewKeys, OfferKeyFile, PickKeyFile, SaveKey, SetKeysActive,
                  AskDeleteKeys, OpenKeyBulk, UndoKeys, CheckOpenKey, OpenMakeToken, SaveToken,
                  SetTokenActive, AskDeleteToken, AskRotateToken, OpenSetting, OpenQuota, OpenPrice,
                  OpenAlias>;
  }

 private:
  template <class Asked, class... Listed>
  static constexpr bool kOneOf = (std::is_same_v<Asked, Listed> || ...);
};

GEMINATE_LATER void later_take_action(Step& step, const Action& action) {
  visit_later<FirstLaterAction>([&step](const auto& asked) { on(step, asked); }, action);
}

void take(Step& step, Action action) {
  std::vector<Action> alone;
  alone.push_back(std::move(action));
  take(step, std::move(alone));
}

void take(Step& step, std::vector<Action> actions) {
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (step.state.session.is_open && !step.state.session.may_edit && std::visit(Edits{}, actions[i])) {
      step.toast(Tone::Neutral, {TextId::ViewerMayNot, {}});
      continue;
    }
    if (std::visit(LeavesForm{step.state}, actions[i]) &&
        loses_changes(step.state, step.drafts, actions[i])) {
      actions.erase(actions.begin(), actions.begin() + static_cast<std::ptrdiff_t>(i));
      step.state.guard.held = std::move(actions);
      return;
    }
    if (is_later<FirstLaterAction>(actions[i])) {
      later_take_action(step, actions[i]);
    } else {
      visit_first<FirstLaterAction>([&step](const auto& asked) { on(step, asked); }, actions[i]);
    }
  }
}

void on(Step& step, const KeepEditing&) { step.state.guard.held.clear(); }

void on(Step& step, const DiscardChanges&) {
  std::vector<Action> held = std::exchange(step.state.guard.held, {});
  close_overlay(step, step.state.keys);
  close_overlay(step, step.state.tokens);
  close_settings(step.state.settings);
  close_account_step(step);
  step.drafts.key_texts.clear();
  for (const Action& action : held) {
    if (std::holds_alternative<LogOut>(action)) step.drafts.prompt = {};
  }
  // The form is closed by now; something else may be open that this is not about.
  std::erase_if(held, [](const Action& action) { return std::holds_alternative<CloseOverlay>(action); });
  take(step, std::move(held));
}

}  // namespace geminate::ui
