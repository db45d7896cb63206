#include "frontend-wasm/app/browser.h"

#include <emscripten.h>
#include <emscripten/html5.h>

#include <chrono>
#include <set>

#include "frontend-wasm/api/fetch_transport.h"
#include "frontend-wasm/platform/platform.h"
#include "imgui.h"

extern "C" void web_listen(int wanted);

namespace geminate::ui {
namespace {

/// Timers cannot be taken back here, so an outdated one may still ring: App then just finds nothing to do.
/// One per console, on the page's thread.
struct Alarm {
  App* app = nullptr;
  std::multiset<double> rings_at;  // seconds of the platform's clock
};
Alarm alarm;

void ring(void*) {
  alarm.rings_at.erase(alarm.rings_at.begin());
  if (alarm.app != nullptr) alarm.app->wake();
}

void wake_after(double seconds) {
  const double at = platform::now() + seconds;
  // One that rings earlier is enough: App asks again whenever it wakes.
  if (!alarm.rings_at.empty() && *alarm.rings_at.begin() <= at) return;
  alarm.rings_at.insert(at);
  // Rounded up, so that the moment has come when it rings.
  emscripten_async_call(ring, nullptr, static_cast<int>(seconds * 1000) + 1);
}

EM_BOOL visibility_changed(int, const EmscriptenVisibilityChangeEvent* event, void* app) {
  static_cast<App*>(app)->visibility_changed(event->hidden == EM_FALSE);
  return EM_FALSE;
}

bool is_visible() {
  EmscriptenVisibilityChangeEvent status;
  return emscripten_get_visibility_status(&status) != EMSCRIPTEN_RESULT_SUCCESS || status.hidden == EM_FALSE;
}

Language language() {
  const auto chosen = platform::remembered("language");
  const bool chinese = chosen ? *chosen == "zh" : platform::prefers_chinese();
  return chinese ? Language::Chinese : Language::English;
}

Appearance appearance() {
  const auto chosen = platform::remembered("appearance");
  if (chosen == "light") return Appearance::Light;
  return chosen == "dark" ? Appearance::Dark : Appearance::System;
}

}  // namespace

Surroundings browser_surroundings() {
  static FetchTransport transport;
  return {
      transport,
      [] { return platform::now(); },
      [] { return to_timestamp(std::chrono::system_clock::now()); },
      wake_after,
      [] { platform::request_frames(2); },  // one shows what changed, one what that moved
      [](std::string_view path, bool replaces) { platform::show_path(path, replaces); },
      [](std::string_view title) { platform::set_title(title); },
      [](std::string_view name, std::string_view value) { platform::remember(name, value); },
      [](const std::string& text) { ImGui::SetClipboardText(text.c_str()); },
      [](bool wanted) { web_listen(wanted ? 1 : 0); },
      [](std::string_view name, std::string_view content) { platform::save_file(name, content); },
      [](std::string_view accept) { platform::pick_files(accept); },
  };
}

Started browser_start() {
  return {platform::path(),
          {language(), appearance()},
          platform::zone_minutes(),
          is_visible(),
          read_key_layout(platform::remembered("key_columns").value_or("")),
          platform::origin(),
          platform::remembered("tab.prompt").value_or(""),
          false};  // shell.js fetches the later part
}

void connect(App& app) {
  alarm.app = &app;
  emscripten_set_visibilitychange_callback(&app, EM_FALSE, visibility_changed);
}

}  // namespace geminate::ui

extern "C" {
// From shell.js.
EMSCRIPTEN_KEEPALIVE void ui_completed() {
  if (geminate::ui::alarm.app != nullptr) geminate::ui::alarm.app->completed();
}
// From web_feed.js.
EMSCRIPTEN_KEEPALIVE void ui_feed_turned(int up, int status) {
  if (geminate::ui::alarm.app != nullptr)
    geminate::ui::alarm.app->feed_turned(up != 0, static_cast<std::uint16_t>(status));
}
EMSCRIPTEN_KEEPALIVE void ui_feed_frame(const char* frame) {
  if (geminate::ui::alarm.app != nullptr) geminate::ui::alarm.app->feed_said(frame);
}
}
