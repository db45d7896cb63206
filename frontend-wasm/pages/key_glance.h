#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/data_table.h"

namespace geminate::ui {

// What a row or card of a key tells at a glance: quotas, requests of the day, last error.

/// How something that happened to a key is shown.
struct EventLook {
  Tone tone;
  TextId name;
};
EventLook event_look(KeyEventKind kind);

/// A thin bar for each model, the tightest first, and the tightest's share.
void draw_quota_cell(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key);
void draw_requests_cell(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key);
void draw_error_cell(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key);
/// The same on one line of a card.
void draw_card_glance(ImVec2 at, float width, const AppState& state, const UpstreamKeyView& key);

}  // namespace geminate::ui
