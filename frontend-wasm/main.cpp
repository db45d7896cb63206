// The console's entry: state and requests (app/), pages (pages/), and the browser below both (platform/).

#include <utility>

#include "frontend-wasm/app/app.h"
#include "frontend-wasm/app/browser.h"
#include "frontend-wasm/pages/console.h"
#include "frontend-wasm/platform/platform.h"

int main() {
  using namespace geminate::ui;
  // Lives as long as the page: the browser calls into it after main has returned.
  static App app(browser_surroundings());
  platform::start({.draw = [] { app.frame(console_page); },
                   .path_changed = [](std::string_view path) { app.path_changed(path); },
                   .text_offered = [](std::string_view name,
                                      std::string_view content) { return app.offer_text(name, content); },
                   .file_given = [](GivenFile file) { app.file_given(std::move(file)); }});
  connect(app);
  app.start(browser_start());
  return 0;
}
