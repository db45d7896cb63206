#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/row_edits.h"

namespace geminate::ui {

void close_overlay(Step&, TokensPageState& page) {
  page.overlay = TokenOverlay::None;
  page.made_secret.clear();
  page.rotating.reset();
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

namespace {

/// Shown even if the dialog was closed meanwhile: there is no second time.
void show_secret(Step& step, const TokenCreated& token, bool anew) {
  TokensPageState& page = step.state.tokens;
  edit_answered(step, page);
  put_row(page, token);
  close_overlay(step, page);
  page.overlay = TokenOverlay::Made;
  page.made_secret = token.token;
  page.made_id = token.id;
  page.made_anew = anew;
}

}  // namespace

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

void on(Step& step, const SearchTokens& action) { step.state.tokens.query.search = action.text; }

void on(Step& step, const FilterTokens& action) { step.state.tokens.query.filter = action.filter; }

void on(Step& step, const AskRotateToken& action) {
  TokensPageState& page = step.state.tokens;
  const ClientTokenView* row = page.find(action.id);
  if (row == nullptr) return;
  page.field_errors.erase("");
  page.rotating = {.id = action.id, .revision = row->revision};
}

void on(Step& step, const SetRotationGrace& action) {
  if (step.state.tokens.rotating) step.state.tokens.rotating->grace_seconds = action.seconds;
}

void on(Step& step, const RotateToken&) {
  auto& asked = step.state.tokens.rotating;
  if (!asked || asked->running) return;
  asked->running = true;
  step.state.tokens.field_errors.erase("");
  step.send(SendTokenRotation{asked->id, {asked->grace_seconds, asked->revision}});
}

void on(Step& step, const ShowClientExample& action) { step.state.tokens.example = action.example; }

void on(Step& step, const TokensLoaded& event) {
  TokensPageState& page = step.state.tokens;
  if (!brings_news<TokenRows>(step, event, event.list.tokens)) return;
  step.state.session.key_storage_mode = event.list.key_storage_mode;
  page.tokens = event.list.tokens;
  if (page.asking_to_delete && page.find(*page.asking_to_delete) == nullptr) page.asking_to_delete.reset();
  if (page.rotating) {
    const ClientTokenView* row = page.find(page.rotating->id);
    // What the person sees from now on is what the next "yes" is meant for.
    if (row != nullptr) page.rotating->revision = row->revision;
    if (row == nullptr) page.rotating.reset();
  }
  follow_open_row<TokenRows>(step);
  step.redraw();
}

void on(Step& step, const TokenMade& event) {
  step.state.tokens.saving = false;
  show_secret(step, event.token, false);
  step.announce({TextId::TokenMade, {shown_name(event.token)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const TokenSaved& event) { row_saved<TokenRows>(step, event.row, event.change); }

void on(Step& step, const TokenRotated& event) {
  show_secret(step, event.token, true);
  step.announce({TextId::TokenRotated, {shown_name(event.token)}}, TextId::MemoryNoteChange);
}

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

void failed(Step& step, const SendTokenRotation& request, const Failure& failure) {
  TokensPageState& page = step.state.tokens;
  if (failure.status == 404) {
    page.rotating.reset();
    return row_is_gone<TokenRows>(step, request.id);
  }
  if (!page.rotating || page.rotating->id != request.id || !blames_form(failure)) {
    if (page.rotating) page.rotating->running = false;
    return step.complain(failure);
  }
  page.rotating->running = false;
  page.field_errors[""] = failure.status == 409 ? Message{TextId::TokenMovedOn, {}}
                                                : Message{TextId::ServerSays, {failure.message}};
  if (failure.status == 409) step.fetch_tokens();
}

}  // namespace geminate::ui
