#pragma once

#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/pages/page_frame.h"

namespace geminate::ui {

// The tabs of the settings page, below its header.
void draw_setting_list(const AppState& state, Drafts& drafts, const PageFrame& frame, const Emit& emit);
void draw_quota_limits(const AppState& state, const PageFrame& frame, const Emit& emit);
void draw_prices(const AppState& state, const PageFrame& frame, const Emit& emit);
void draw_aliases(const AppState& state, const PageFrame& frame, const Emit& emit);
void draw_about(const AppState& state, const PageFrame& frame);
void draw_settings_overlays(const AppState& state, Drafts& drafts, const Emit& emit);

/// What stands there before the first answer. True when it drew something.
bool draw_not_loaded(const AppState& state, const PageFrame& frame, bool has_value,
                     const std::optional<Message>& problem, const Text& what, const Emit& emit);

/// What is written for an empty value.
Text value_or_none(const Phrasebook& say, const std::string& value);
/// The project of a quota, or the key whose own it is.
Text project_name(const Phrasebook& say, const QuotaView& quota);
TextId origin_name(SettingOrigin origin);

}  // namespace geminate::ui
