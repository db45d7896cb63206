#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {

void close_overlay(Step&, TokensPageState& page) {
  page.overlay = TokenOverlay::None;
  page.made_secret.clear();
  page.asking_to_delete.reset();
  page.field_errors.clear();
  page.conflict = false;
}

void put_row(TokensPageState& page, const ClientTokenView& row) { put_into(page.tokens, row); }

void remove_row(TokensPageState& page, TokenId id) {
  std::erase_if(page.tokens, [id](const ClientTokenView& token) { return token.id == id; });
  page.busy.erase(id);
}

std::string shown_name(const ClientTokenView& row) { return "…" + row.token_preview; }

void on(Step& step, const RefreshTokens&) { step.fetch_tokens(); }

void on(Step& step, const OpenMakeToken&) {
  TokensPageState& page = step.state.tokens;
  close_overlay(step, page);
  page.saving = false;
  page.overlay = TokenOverlay::Make;
  step.drafts.token = {};
}

void on(Step& step, const SubmitNewToken&) {
  TokensPageState& page = step.state.tokens;
  if (page.saving) return;
  page.field_errors.clear();
  auto draft = token_draft_of(step.drafts.token, step.state.zone_minutes, page.field_errors);
  if (!draft) return;
  page.saving = true;
  step.send(SendNewToken{*std::move(draft)});
}

void on(Step& step, const OpenToken& action) {
  TokensPageState& page = step.state.tokens;
  const ClientTokenView* row = page.find(action.id);
  if (row == nullptr) return;
  close_overlay(step, page);
  open_form<TokenRows>(step, *row);
}

void on(Step& step, const SaveToken& action) { save_form<TokenRows>(step, action.id); }

void on(Step& step, const SetTokenActive& action) {
  if (step.state.tokens.busy.insert(action.id).second) send_switch<TokenRows>(step, action.id, action.active);
}

void on(Step& step, const AskDeleteToken& action) { step.state.tokens.asking_to_delete = action.id; }

void on(Step& step, const DeleteToken& action) {
  TokensPageState& page = step.state.tokens;
  page.asking_to_delete.reset();
  if (page.busy.insert(action.id).second) step.send(SendTokenDeletion{action.id});
}

void on(Step& step, const TokensLoaded& event) {
  TokensPageState& page = step.state.tokens;
  if (!brings_news<TokenRows>(step, event, event.list.tokens)) return;
  step.state.session.key_storage_mode = event.list.key_storage_mode;
  page.tokens = event.list.tokens;
  if (page.asking_to_delete && page.find(*page.asking_to_delete) == nullptr) page.asking_to_delete.reset();
  follow_open_row<TokenRows>(step);
  step.redraw();
}

void on(Step& step, const TokenMade& event) {
  TokensPageState& page = step.state.tokens;
  edit_answered(step, page);
  page.saving = false;
  put_row(page, event.token);
  // Shown even if the dialog was closed meanwhile: there is no second time.
  close_overlay(step, page);
  page.overlay = TokenOverlay::Made;
  page.made_secret = event.token.token;
  step.announce({TextId::TokenMade, {shown_name(event.token)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const TokenSaved& event) { row_saved<TokenRows>(step, event.row, event.change); }

void on(Step& step, const TokenDeleted& event) { row_deleted<TokenRows>(step, event.id); }

void failed(Step& step, const FetchTokens&, const Failure& failure) {
  list_failed(step, step.state.tokens.refresh, step.state.tokens.loading, failure);
}

void failed(Step& step, const SendNewToken&, const Failure& failure) {
  TokensPageState& page = step.state.tokens;
  page.saving = false;
  if (!blames_form(failure) || !reopen(page, TokenOverlay::Make)) return step.complain(failure);
  show_fault(page, failure);
}

void failed(Step& step, const SendTokenPatch& request, const Failure& failure) {
  patch_failed<TokenRows>(step, request, failure);
}

void failed(Step& step, const SendTokenDeletion& request, const Failure& failure) {
  deletion_failed<TokenRows>(step, request.id, failure);
}

}  // namespace geminate::ui
