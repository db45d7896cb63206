#include <algorithm>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/reduce_step.h"

namespace geminate::ui {
namespace {

std::string shown_name(const ClientTokenView& row) { return "…" + row.token_preview; }

std::string name_of_token(const TokensPageState& page, TokenId id) {
  const ClientTokenView* row = page.find(id);
  return row != nullptr ? shown_name(*row) : std::to_string(id);
}

void put_row(TokensPageState& page, const ClientTokenView& row) {
  const auto at = std::find_if(page.tokens.begin(), page.tokens.end(),
                               [&row](const auto& token) { return token.id == row.id; });
  if (at == page.tokens.end()) {
    page.tokens.push_back(row);
  } else {
    *at = row;
  }
}

void remove_row(TokensPageState& page, TokenId id) {
  std::erase_if(page.tokens, [id](const ClientTokenView& token) { return token.id == id; });
  page.busy.erase(id);
}

std::optional<Timestamp> latest_use(const std::vector<ClientTokenView>& tokens) {
  std::optional<Timestamp> latest;
  for (const ClientTokenView& token : tokens) latest = std::max(latest, token.last_used_at);
  return latest;
}

bool is_editing(const TokensPageState& page, TokenId id) {
  return page.overlay == TokenOverlay::Edit && page.open_token == id;
}

void rebase_open_token(Step& step, const ClientTokenView& latest) {
  TokensPageState& page = step.state.tokens;
  const std::int32_t zone = step.state.zone_minutes;
  rebase(step.drafts.token, token_form_of(page.opened_row, zone), token_form_of(latest, zone));
  page.opened_row = latest;
  page.conflict = false;
}

void follow_open_token(Step& step) {
  TokensPageState& page = step.state.tokens;
  if (page.asking_to_delete && page.find(*page.asking_to_delete) == nullptr) page.asking_to_delete.reset();
  if (page.overlay != TokenOverlay::Edit) return;
  const ClientTokenView* row = page.find(page.open_token);
  if (row == nullptr) {
    close_overlay(step, page);
    step.toast(Tone::Warning, {TextId::RowGone, {}});
  } else if (page.conflict) {
    rebase_open_token(step, *row);
  }
}

void not_there_any_more(Step& step, TokenId id) {
  TokensPageState& page = step.state.tokens;
  if (is_editing(page, id)) close_overlay(step, page);
  ++page.refresh.edits;
  remove_row(page, id);
  step.toast(Tone::Warning, {TextId::RowGone, {}});
}

bool reopen(TokensPageState& page, TokenOverlay overlay) {
  if (page.overlay == TokenOverlay::None) page.overlay = overlay;
  return page.overlay == overlay;
}

TextId announcement(RowChange change) {
  switch (change) {
    case RowChange::Enabled:
      return TextId::TokenEnabledToast;
    case RowChange::Disabled:
      return TextId::TokenDisabledToast;
    case RowChange::Saved:
      break;
  }
  return TextId::TokenSaved;
}

void save_failed(Step& step, const SendTokenPatch& request, const Failure& failure) {
  TokensPageState& page = step.state.tokens;
  page.saving = false;
  const bool form_is_there = page.opened_row.id == request.id && reopen(page, TokenOverlay::Edit);
  if (!blames_form(failure) || !form_is_there || page.open_token != request.id) return step.complain(failure);
  if (failure.status == 409) {
    page.conflict = true;
    page.field_errors[""] = {TextId::RowMovedOn, {}};
    step.fetch_tokens();
  } else {
    page.field_errors[failure.field] = {TextId::ServerSays, {failure.message}};
  }
}

}  // namespace

void close_overlay(Step&, TokensPageState& page) {
  page.overlay = TokenOverlay::None;
  page.made_secret.clear();
  page.asking_to_delete.reset();
  page.field_errors.clear();
  page.conflict = false;
}

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
  page.saving = false;
  page.overlay = TokenOverlay::Edit;
  page.open_token = row->id;
  page.opened_row = *row;
  step.drafts.token = token_form_of(*row, step.state.zone_minutes);
}

void on(Step& step, const SaveToken& action) {
  TokensPageState& page = step.state.tokens;
  if (page.saving || page.opened_row.id != action.id) return;
  page.field_errors.clear();
  const auto patch =
      token_patch_of(step.drafts.token, page.opened_row, step.state.zone_minutes, page.field_errors);
  if (!patch) return;
  if (is_empty(*patch)) {
    close_overlay(step, page);
    step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
    return;
  }
  page.saving = true;
  step.send(SendTokenPatch{action.id, *patch, RowChange::Saved});
}

void on(Step& step, const SetTokenActive& action) {
  if (!step.state.tokens.busy.insert(action.id).second) return;
  TokenPatch patch;
  patch.is_active = Patch<bool>::to(action.active);
  step.send(SendTokenPatch{action.id, patch, action.active ? RowChange::Enabled : RowChange::Disabled});
}

void on(Step& step, const AskDeleteToken& action) { step.state.tokens.asking_to_delete = action.id; }

void on(Step& step, const DeleteToken& action) {
  TokensPageState& page = step.state.tokens;
  page.asking_to_delete.reset();
  if (page.busy.insert(action.id).second) step.send(SendTokenDeletion{action.id});
}

void on(Step& step, const TokensLoaded& event) {
  AppState& state = step.state;
  TokensPageState& page = state.tokens;
  server_answered(step);
  if (!take_list(page.refresh, page.loading, event.edits, state.now)) return step.fetch_tokens();
  if (!looks_different(page.refresh, event.digest, latest_use(event.list.tokens), state.wall_now)) return;
  state.session.key_storage_mode = event.list.key_storage_mode;
  page.tokens = event.list.tokens;
  follow_open_token(step);
  step.redraw();
}

void on(Step& step, const TokenMade& event) {
  TokensPageState& page = step.state.tokens;
  server_answered(step);
  ++page.refresh.edits;
  page.saving = false;
  put_row(page, event.token);
  // Shown even if the dialog was closed meanwhile: there is no second time.
  close_overlay(step, page);
  page.overlay = TokenOverlay::Made;
  page.made_secret = event.token.token;
  step.announce({TextId::TokenMade, {shown_name(event.token)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const TokenSaved& event) {
  TokensPageState& page = step.state.tokens;
  server_answered(step);
  ++page.refresh.edits;
  page.busy.erase(event.row.id);
  put_row(page, event.row);
  if (event.change == RowChange::Saved) {
    page.saving = false;
    if (is_editing(page, event.row.id)) close_overlay(step, page);
  } else if (is_editing(page, event.row.id)) {
    rebase_open_token(step, event.row);
  }
  step.announce({announcement(event.change), {shown_name(event.row)}}, TextId::MemoryNoteChange);
}

void on(Step& step, const TokenDeleted& event) {
  TokensPageState& page = step.state.tokens;
  const std::string name = name_of_token(page, event.id);
  server_answered(step);
  ++page.refresh.edits;
  if (is_editing(page, event.id)) close_overlay(step, page);
  remove_row(page, event.id);
  step.announce({TextId::TokenDeleted, {name}}, TextId::MemoryNoteAction);
}

void failed(Step& step, const FetchTokens&, const Failure& failure) {
  list_failed(step, step.state.tokens.refresh, step.state.tokens.loading, failure);
}

void failed(Step& step, const SendNewToken&, const Failure& failure) {
  TokensPageState& page = step.state.tokens;
  page.saving = false;
  if (!blames_form(failure) || !reopen(page, TokenOverlay::Make)) return step.complain(failure);
  page.field_errors[failure.field] = {TextId::ServerSays, {failure.message}};
}

void failed(Step& step, const SendTokenPatch& request, const Failure& failure) {
  TokensPageState& page = step.state.tokens;
  page.busy.erase(request.id);
  if (failure.status == 404) {
    if (request.change == RowChange::Saved) page.saving = false;
    not_there_any_more(step, request.id);
  } else if (request.change == RowChange::Saved) {
    save_failed(step, request, failure);
  } else {
    step.complain(failure);
  }
}

void failed(Step& step, const SendTokenDeletion& request, const Failure& failure) {
  step.state.tokens.busy.erase(request.id);
  if (failure.status == 404) return not_there_any_more(step, request.id);
  step.complain(failure);
}

}  // namespace geminate::ui
