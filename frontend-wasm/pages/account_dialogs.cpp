#include <algorithm>
#include <cmath>
#include <utility>

#include "frontend-wasm/pages/accounts.h"
#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

/// What a dialog is called, says and does.
struct StepWords {
  AccountStep step;
  TextId title;
  TextId sentence;  // None: none
  TextId command;
  bool destroys = false;
};
constexpr StepWords kWords[] = {
    {AccountStep::Add, TextId::AddAccount, TextId::None, TextId::AddAccount},
    {AccountStep::Edit, TextId::EditAccount, TextId::None, TextId::Save},
    {AccountStep::Delete, TextId::DeleteAccount, TextId::DeleteAccountBody, TextId::DeleteAccountConfirm,
     true},
    {AccountStep::EndSession, TextId::EndSession, TextId::EndSessionBody, TextId::EndSessionConfirm, true},
    {AccountStep::Password, TextId::ChangePassword, TextId::ChangePasswordBody, TextId::Save},
    {AccountStep::BeginFactor, TextId::SetUpFactor, TextId::SetUpFactorBody, TextId::Continue},
    {AccountStep::ConfirmFactor, TextId::SetUpFactor, TextId::ConfirmFactorBody,
     TextId::ConfirmFactorCommand},
    {AccountStep::Codes, TextId::CodesTitle, TextId::CodesBody, TextId::CopyCodes},
    {AccountStep::RemoveFactor, TextId::RemoveFactor, TextId::RemoveFactorBody, TextId::RemoveFactorConfirm,
     true},
    {AccountStep::Reveal, TextId::RevealKey, TextId::RevealBody, TextId::RevealConfirm},
    {AccountStep::Revealed, TextId::RevealKey, TextId::None, TextId::CopyKey},
    {AccountStep::Export, TextId::ExportWholeKeys, TextId::ExportBody, TextId::ExportConfirm, true}};

const StepWords& words_of(AccountStep step) {
  return *std::find_if(std::begin(kWords), std::end(kWords),
                       [step](const StepWords& words) { return words.step == step; });
}

struct Form {
  const AppState& state;
  AccountDrafts& typed;
  const Emit& emit;
  float width;
  bool first = true;     // the next field takes the keyboard
  bool entered = false;  // Enter was pressed in one

  Phrasebook say() const { return state.phrasebook(); }
  Text error(const char* field) const {
    const auto found = state.accounts.field_errors.find(field);
    return found == state.accounts.field_errors.end() ? Text() : say()(found->second);
  }
  void field(TextId label, std::string& value, const char* name, bool secret, const Text& note = {}) {
    const FieldStyle style{.width = width,
                           .password = secret,
                           .mono = false,
                           .disabled = state.accounts.saving,
                           .first = std::exchange(first, false)};
    entered = form_field(say()(label), value, style, error(name), note).submitted || entered;
  }
};

void draw_role(Form& form) {
  const Phrasebook say = form.say();
  AccountRole& role = form.typed.account.role;
  text(say(TextId::AccountRoleLabel), {.size = type::kLabel, .colour = theme().secondary}, form.width);
  ImGui::PushID("role");
  if (chip(say(TextId::RoleViewer), Text(), role == AccountRole::Viewer)) role = AccountRole::Viewer;
  ImGui::SameLine(0, space::kTightGap);
  if (chip(say(TextId::RoleAdmin), Text(), role == AccountRole::Admin)) role = AccountRole::Admin;
  ImGui::PopID();
  paragraph(say(role == AccountRole::Admin ? TextId::RoleAdminHint : TextId::RoleViewerHint),
            {.size = type::kLabel, .colour = theme().secondary}, form.width);
}

void draw_account(Form& form) {
  const Phrasebook say = form.say();
  AccountForm& account = form.typed.account;
  const AccountView& row = form.state.accounts.account;
  const bool is_new = form.state.accounts.open == AccountStep::Add;
  if (is_new) form.field(TextId::AccountName, account.name, "name", false, say(TextId::AccountNameNote));
  form.field(is_new ? TextId::AccountPassword : TextId::AccountNewPassword, account.password, "password",
             true, say(is_new ? TextId::AccountPasswordNote : TextId::AccountPasswordKept));
  draw_role(form);
  if (checkbox(say(TextId::AccountMayLogIn), account.is_active)) account.is_active = !account.is_active;
  if (row.has_second_factor && checkbox(say(TextId::AccountTakeFactor), account.removes_factor))
    account.removes_factor = !account.removes_factor;
  if (is_new) return;
  const ButtonStyle danger{.kind = ButtonKind::Danger, .small = true};
  if (button(say(TextId::DeleteAccountEllipsis), danger))
    form.emit(OpenAccountStep{AccountStep::Delete, row.id});
}

/// A text that is to be copied, not typed into.
void draw_given(Form& form, TextId label, const std::string& given) {
  const Phrasebook say = form.say();
  const float side = button_height({});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  std::string copy = given;
  form_field(say(label), copy, {.width = form.width - side - space::kTightGap, .mono = true});
  const ImVec2 after = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + form.width - side, ImGui::GetItemRectMax().y - side});
  ImGui::PushID(static_cast<int>(label));
  if (icon_button(say(TextId::CopyNamed, {say(label).str()}), Icon::Copy)) form.emit(CopyText{given});
  ImGui::PopID();
  ImGui::SetCursorScreenPos(after);
}

void draw_codes(const Form& form) {
  std::string all;
  for (const std::string& code : form.state.accounts.codes) all += (all.empty() ? "" : "\n") + code;
  const float lines = static_cast<float>(form.state.accounts.codes.size());
  form_field(form.say()(TextId::RecoveryCodesLabel), all,
             {.width = form.width, .height = 24 + lines * type::kDense, .mono = true});
}

void draw_fields(Form& form) {
  const Phrasebook say = form.say();
  const AccountsPageState& page = form.state.accounts;
  switch (page.open) {
    case AccountStep::Add:
    case AccountStep::Edit:
      return draw_account(form);
    case AccountStep::Password:
      form.field(TextId::OwnPassword, form.typed.password, "current", true);
      return form.field(TextId::AccountNewPassword, form.typed.new_password, "new", true,
                        say(TextId::AccountPasswordNote));
    case AccountStep::ConfirmFactor:
      draw_given(form, TextId::FactorSecret, page.offer.secret);
      draw_given(form, TextId::FactorUri, page.offer.uri);
      return form.field(TextId::FactorCode, form.typed.code, "code", false);
    case AccountStep::Codes:
      return draw_codes(form);
    case AccountStep::Revealed: {
      const auto left = static_cast<int>(std::ceil(std::max(0.0, page.hides_at - form.state.now)));
      paragraph(say(TextId::RevealedBody, {std::to_string(left)}), {.colour = theme().secondary}, form.width);
      surface().change_in(1);
      return draw_given(form, TextId::WholeKey, page.whole_key);
    }
    case AccountStep::Reveal:
    case AccountStep::Export:
    case AccountStep::BeginFactor:
    case AccountStep::RemoveFactor:
      form.field(TextId::OwnPassword, form.typed.password, "password", true);
      if (form.state.session.has_second_factor)
        form.field(TextId::FactorCode, form.typed.code, "code", false, say(TextId::FactorCodeNote));
      return;
    default:
      return;
  }
}

std::string to_copy(const AccountsPageState& page) {
  if (page.open == AccountStep::Revealed) return page.whole_key;
  std::string all;
  for (const std::string& code : page.codes) all += code + "\n";
  return all;
}

void draw_end(const Form& form, const Dialog& dialog, const StepWords& words) {
  const Phrasebook say = form.say();
  const AccountsPageState& page = form.state.accounts;
  const bool shows = page.open == AccountStep::Revealed || page.open == AccountStep::Codes;
  const ButtonStyle main{.kind = words.destroys ? ButtonKind::Destroy : ButtonKind::Primary,
                         .icon = shows ? Icon::Copy : Icon::None,
                         .disabled = page.saving};
  const Text command = say(page.saving ? TextId::Saving : words.command);
  const Text close = say(shows ? TextId::Close : TextId::Cancel);
  const float buttons = button_width(close) + button_width(command, main) + space::kTightGap;
  gap(space::kHair);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + form.width - buttons, at.y});
  // What is shown this once stays until its own button is pressed.
  const bool slipped = dialog.dismissed() && page.open != AccountStep::Codes;
  if (button(close) || slipped) form.emit(CloseOverlay{});
  ImGui::SameLine(0, space::kTightGap);
  const bool pressed = button(command, main);
  if (pressed && shows) form.emit(CopyText{to_copy(page)});
  if (!shows && !page.saving && (pressed || form.entered)) form.emit(SubmitAccountStep{});
}

}  // namespace

void draw_account_step(const AppState& state, Drafts& drafts, const Emit& emit) {
  const AccountsPageState& page = state.accounts;
  if (page.open == AccountStep::None) return;
  const Phrasebook say = state.phrasebook();
  const StepWords& words = words_of(page.open);
  // Each step has a window of its own, so that its first field takes the keyboard.
  const std::string id = "account" + std::to_string(static_cast<int>(page.open));
  const Dialog dialog(id.c_str(), say(words.title, {page.account.name}), Dialog::Form::Middle, 480);
  Form form{state, drafts.accounts, emit, dialog.inner_width()};
  if (const Text whole = form.error(""); !whole.empty()) banner(Tone::Bad, Icon::Warning, whole);
  if (words.sentence != TextId::None)
    paragraph(say(words.sentence, {page.account.name}), {.colour = theme().secondary}, form.width);
  draw_fields(form);
  draw_end(form, dialog, words);
}

}  // namespace geminate::ui
