#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/widgets/paint.h"

namespace geminate::ui {

// The dashboard's parts, for dashboard.cpp alone.

/// Which of the charts: each has a card of its own.
enum class UsageChart : std::uint8_t { Requests, Latency, FirstByte, Tokens, Cost };
void draw_usage_chart(const AppState& state, UsageChart which, ImVec2 size);

/// How many keys are in each state, as a bar with its legend.
void draw_key_states(const AppState& state, ImVec2 size, const Emit& emit);
/// The largest groups, each with its share of all; a row leads to its requests.
void draw_top_list(const AppState& state, UsageGroup group, ImVec2 size, const Emit& emit);

/// In which ways requests failed; a row leads to them.
void draw_top_errors(const AppState& state, ImVec2 size, const Emit& emit);
/// When the pool runs out at the present rate, by model.
void draw_forecast(const AppState& state, float width);

}  // namespace geminate::ui
