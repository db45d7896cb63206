#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

// The key page's parts, for keys.cpp alone.

/// How a key's state is shown.
struct StateLook {
  Tone tone;
  Text label;  // with the countdown, where it ends by itself
};
/// Also sees to it that a countdown is drawn again when its second is over.
StateLook look_of(const AppState& state, const UpstreamKeyView& key);
Text state_name(const Phrasebook& say, KeyState state);
/// "…a3F9", as far as anybody gets to see a key.
Text key_mark(const UpstreamKeyView& key);
/// How the key is called aloud and in messages: mark and description.
Text spoken_name(const UpstreamKeyView& key);
Text last_used(const AppState& state, const UpstreamKeyView& key);

/// Today's tokens against their limit: "48.1 万 / 60 万", the same in full figures, and the share that is
/// gone.
struct Usage {
  Text brief;
  Text exact;
  float share = 0;  // 0 where there is no limit
  Colour fill = 0;
};
Usage usage_of(const Phrasebook& say, const UpstreamKeyView& key);

/// Search, filters and the choice of columns.
void draw_key_toolbar(const AppState& state, Drafts& drafts, float width, const Emit& emit);
/// What can be done with the keys that are selected, and how far it is; nothing while none is.
void draw_selection_bar(const AppState& state, float width, const Emit& emit);
void draw_key_table(const AppState& state, ImVec2 size, const Emit& emit);
/// The same for a narrow page: one card a key.
void draw_key_cards(const AppState& state, float width, const Emit& emit);
/// The button with three dots and what it opens.
void draw_key_menu(const AppState& state, const UpstreamKeyView& key, const Emit& emit);

void draw_key_drawer(const AppState& state, Drafts& drafts, const Emit& emit);
void draw_add_keys(const AppState& state, Drafts& drafts, const Emit& emit);
/// The same dialog from the preview of many keys to the report.
void draw_key_import(const AppState& state, const Emit& emit);
void draw_delete_keys(const AppState& state, const Emit& emit);

// The drawer's sections below and above the form.
void draw_check_result(const AppState& state, float width);
/// Requests of the last day, and the way to them.
void draw_key_usage(const AppState& state, float width, const Emit& emit);
void draw_key_quotas(const AppState& state, float width);
void draw_key_history(const AppState& state, float width, const Emit& emit);
void draw_key_bulk(const AppState& state, Drafts& drafts, const Emit& emit);
void draw_bulk_report(const AppState& state, const Emit& emit);

/// The sentence of memory mode below every edit; empty in database mode.
Text temporary_note(const AppState& state, TextId which);

}  // namespace geminate::ui
