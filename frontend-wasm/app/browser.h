#pragma once

#include "frontend-wasm/app/app.h"

namespace geminate::ui {

/// The browser as App's surroundings. Call once, before the App is made.
Surroundings browser_surroundings();

/// What the browser knows and remembers when the console opens.
Started browser_start();

/// Wakes the App when it asked to be, and tells it when its tab is hidden or shown. The App must live
/// forever.
void connect(App& app);

}  // namespace geminate::ui
