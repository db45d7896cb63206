#pragma once

#include <optional>

#include "frontend-wasm/app/actions.h"
#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/app/effects.h"
#include "frontend-wasm/app/events.h"

namespace geminate::ui {

// The one place where state changes. Pure: no clock, no network, no ImGui; what has to happen outside of the
// state is returned. Drafts change here only where a form opens, closes or is rebased.

Effects reduce(AppState& state, Drafts& drafts, Action action);
Effects reduce(AppState& state, Drafts& drafts, const Event& event);

/// Whether something was typed into an open form that the server does not have.
bool has_unsaved_changes(const AppState& state, const Drafts& drafts);

/// When TimePassed is due next, in seconds of the platform's clock; none while only people can change
/// anything.
std::optional<double> next_wake(const AppState& state);

/// Seconds between two looks at the list on screen.
inline constexpr double kRefreshSeconds = 5;
/// And at a check that runs.
inline constexpr double kCheckSeconds = 0.7;
/// Seconds until the next attempt after so many failures in a row.
double retry_delay(std::uint32_t failures);

}  // namespace geminate::ui
