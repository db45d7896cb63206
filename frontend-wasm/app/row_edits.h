#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend-wasm/app/form_bodies.h"
#include "frontend-wasm/app/reduce_step.h"

// A list's rows from their first sight to their deletion, and one row's form: what keys and tokens have in
// common. The functions' first argument, a kind of rows, says what they do not. Only the reduce_*.cpp files
// use it.
namespace geminate::ui {

/// What is announced about a row.
struct RowTexts {
  TextId saved, enabled, disabled, deleted;
};

struct KeyRows {
  using Row = UpstreamKeyView;
  using Patch = KeyPatch;
  using SendPatch = SendKeyPatch;
  static constexpr KeyOverlay kForm = KeyOverlay::Detail;
  static constexpr RowTexts kTexts{TextId::KeySaved, TextId::KeyEnabled, TextId::KeyDisabled,
                                   TextId::KeyDeleted};
  static KeysPageState& page(AppState& state) { return state.keys; }
  static KeyForm& form(Drafts& drafts) { return drafts.key; }
  static void fetch(Step& step) { step.fetch_keys(); }
};

struct TokenRows {
  using Row = ClientTokenView;
  using Patch = TokenPatch;
  using SendPatch = SendTokenPatch;
  static constexpr TokenOverlay kForm = TokenOverlay::Edit;
  static constexpr RowTexts kTexts{TextId::TokenSaved, TextId::TokenEnabledToast, TextId::TokenDisabledToast,
                                   TextId::TokenDeleted};
  static TokensPageState& page(AppState& state) { return state.tokens; }
  static TokenForm& form(Drafts& drafts) { return drafts.token; }
  static void fetch(Step& step) { step.fetch_tokens(); }
};

// --- the list

template <class Row>
void put_into(std::vector<Row>& rows, const Row& row) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&row](const Row& old) { return old.id == row.id; });
  if (at == rows.end()) {
    rows.push_back(row);
  } else {
    *at = row;
  }
}

/// Whether the list that came is current and shows anything new, so that the page should take over `rows`. A
/// stale one is asked for again.
template <class Kind, class Loaded>
bool brings_news(Step& step, const Loaded& event, const std::vector<typename Kind::Row>& rows) {
  auto& page = Kind::page(step.state);
  server_answered(step);
  if (!take_list(page.refresh, page.loading, event.edits, step.state.now)) {
    Kind::fetch(step);
    return false;
  }
  std::optional<Timestamp> last_used;
  for (const auto& row : rows) last_used = std::max(last_used, row.last_used_at);
  return looks_different(page.refresh, event.digest, last_used, step.state.wall_now);
}

/// Any answer to an edit: a list that is on its way may lack it.
template <class Row>
void edit_answered(Step& step, RowsPage<Row>& page) {
  server_answered(step);
  ++page.refresh.edits;
}

// --- the form

template <class Kind>
void open_form(Step& step, const typename Kind::Row& row) {
  auto& page = Kind::page(step.state);
  page.overlay = Kind::kForm;
  page.open_row = row.id;
  page.opened_row = row;
  page.conflict = false;
  page.saving = false;
  page.field_errors.clear();
  Kind::form(step.drafts) = form_of(row, step.state.zone_minutes);
}

template <class Kind>
bool is_open(Step& step, std::int64_t id) {
  const auto& page = Kind::page(step.state);
  return page.overlay == Kind::kForm && page.open_row == id;
}

/// Closed or hidden meanwhile, the draft comes back with its fault; unless the person went on to something
/// else.
template <class Page, class Overlay>
bool reopen(Page& page, Overlay overlay) {
  if (page.overlay == Overlay::None) page.overlay = overlay;
  return page.overlay == overlay;
}

/// The open row's form takes over what others changed in it.
template <class Kind>
void rebase_open_row(Step& step, const typename Kind::Row& latest) {
  auto& page = Kind::page(step.state);
  const std::int32_t zone = step.state.zone_minutes;
  const auto before = form_of(page.opened_row, zone);
  const auto now = form_of(latest, zone);
  // Each at its own field; the rest was nobody else's or is taken over.
  page.field_errors.merge(conflicts(Kind::form(step.drafts), before, now));
  rebase(Kind::form(step.drafts), before, now);
  page.opened_row = latest;
  page.conflict = false;
}

/// After the list was replaced.
template <class Kind>
void follow_open_row(Step& step) {
  auto& page = Kind::page(step.state);
  if (page.overlay != Kind::kForm) return;
  const auto* row = page.find(page.open_row);
  if (row == nullptr) {
    close_overlay(step, page);
    step.toast(Tone::Warning, {TextId::RowGone, {}});
  } else if (page.conflict) {
    rebase_open_row<Kind>(step, *row);
  }
}

template <class Row>
void show_fault(RowsPage<Row>& page, const Failure& failure) {
  page.field_errors[failure.field] = {TextId::ServerSays, {failure.message}};
}

template <class Kind>
void save_form(Step& step, std::int64_t id) {
  auto& page = Kind::page(step.state);
  if (page.saving || page.opened_row.id != id) return;
  page.field_errors.clear();
  const auto patch =
      patch_of(Kind::form(step.drafts), page.opened_row, step.state.zone_minutes, page.field_errors);
  if (!patch) return;
  if (is_empty(*patch)) {
    close_overlay(step, page);
    step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
    return;
  }
  page.saving = true;
  step.send(typename Kind::SendPatch{id, *patch, RowChange::Saved});
}

template <class Kind>
void saving_failed(Step& step, std::int64_t id, const Failure& failure) {
  auto& page = Kind::page(step.state);
  page.saving = false;
  const bool form_is_there = page.opened_row.id == id && reopen(page, Kind::kForm);
  if (!blames_form(failure) || !form_is_there || page.open_row != id) return step.complain(failure);
  if (failure.status != 409) return show_fault(page, failure);
  page.conflict = true;
  page.field_errors[""] = {TextId::RowMovedOn, {}};
  Kind::fetch(step);
}

// --- requests about one row

/// Whoever calls it has made the row busy.
template <class Kind>
void send_switch(Step& step, std::int64_t id, bool active) {
  typename Kind::Patch patch;
  patch.is_active = Patch<bool>::to(active);
  step.send(typename Kind::SendPatch{id, patch, active ? RowChange::Enabled : RowChange::Disabled});
}

template <class Kind>
TextId announcement(RowChange change) {
  switch (change) {
    case RowChange::Enabled:
      return Kind::kTexts.enabled;
    case RowChange::Disabled:
      return Kind::kTexts.disabled;
    case RowChange::Saved:
      break;
  }
  return Kind::kTexts.saved;
}

template <class Kind>
void row_saved(Step& step, const typename Kind::Row& row, RowChange change) {
  auto& page = Kind::page(step.state);
  edit_answered(step, page);
  page.busy.erase(row.id);
  put_row(page, row);
  if (change == RowChange::Saved) {
    page.saving = false;
    if (is_open<Kind>(step, row.id)) close_overlay(step, page);
  } else if (is_open<Kind>(step, row.id)) {
    rebase_open_row<Kind>(step, row);
  }
  step.announce({announcement<Kind>(change), {shown_name(row)}}, TextId::MemoryNoteChange);
}

/// Takes the row, and its form, from the page.
template <class Kind>
void drop_row(Step& step, std::int64_t id) {
  auto& page = Kind::page(step.state);
  if (is_open<Kind>(step, id)) close_overlay(step, page);
  remove_row(page, id);
}

template <class Kind>
void row_deleted(Step& step, std::int64_t id) {
  auto& page = Kind::page(step.state);
  const auto* row = page.find(id);
  // It may be gone from the list meanwhile.
  std::string name = row != nullptr ? shown_name(*row) : std::to_string(id);
  edit_answered(step, page);
  drop_row<Kind>(step, id);
  step.announce({Kind::kTexts.deleted, {std::move(name)}}, TextId::MemoryNoteAction);
}

template <class Kind>
void row_is_gone(Step& step, std::int64_t id) {
  ++Kind::page(step.state).refresh.edits;
  drop_row<Kind>(step, id);
  step.toast(Tone::Warning, {TextId::RowGone, {}});
}

template <class Kind>
void patch_failed(Step& step, const typename Kind::SendPatch& request, const Failure& failure) {
  auto& page = Kind::page(step.state);
  page.busy.erase(request.id);
  const bool was_saving = request.change == RowChange::Saved;
  if (failure.status == 404) {
    if (was_saving) page.saving = false;
    row_is_gone<Kind>(step, request.id);
  } else if (was_saving) {
    saving_failed<Kind>(step, request.id, failure);
  } else {
    step.complain(failure);
  }
}

template <class Kind>
void deletion_failed(Step& step, std::int64_t id, const Failure& failure) {
  Kind::page(step.state).busy.erase(id);
  if (failure.status == 404) return row_is_gone<Kind>(step, id);
  step.complain(failure);
}

}  // namespace geminate::ui
