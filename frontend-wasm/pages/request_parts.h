#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

// The request page's parts, for requests.cpp alone, and what other pages call requests' features by.

/// How a request ended: the tone of its status and the words.
Tone tone_of(const RequestView& request);
Text outcome_name(const Phrasebook& say, RequestOutcome outcome);
Text route_name(const Phrasebook& say, RequestRoute route);
Text verdict_name(const Phrasebook& say, TriedVerdict verdict);
Tone tone_of(TriedVerdict verdict);
/// "…a3F9 description", "#7" for one that is not there any more, a dash for none.
Text token_name(const AppState& state, std::int64_t id);
Text key_name(const AppState& state, std::int64_t id);
/// "1,204 / 88"; empty where nothing was counted.
Text tokens_text(const RequestView& request);
Text cost_text(const Phrasebook& say, const RequestView& request);
/// Today the clock's time, else with the date.
Text ended_text(const AppState& state, Timestamp time);
/// How a request is called aloud: status, model, time.
Text spoken_name(const AppState& state, const RequestView& request);

void draw_request_table(const AppState& state, ImVec2 size, const Emit& emit);
/// The same for a narrow page: one card a request.
void draw_request_cards(const AppState& state, float width, const Emit& emit);
void draw_request_drawer(const AppState& state, const Emit& emit);

}  // namespace geminate::ui
