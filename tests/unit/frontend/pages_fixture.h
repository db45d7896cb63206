#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "frontend-wasm/app/app.h"
#include "frontend-wasm/pages/console.h"
#include "frontend-wasm/platform/headless.h"
#include "shared/codec/codec.h"
#include "tests/unit/frontend/fake_transport.h"
#include "tests/unit/frontend/key_lines.h"

namespace geminate::ui {

/// The whole console over a fake server, without a screen: pressed and read by the names of its widgets.
class PagesFixture : public ::testing::Test {
 protected:
  PagesFixture() {
    app = std::make_unique<App>(Surroundings{
        transport, [this] { return screen->now; },
        [this] {
          return Timestamp(std::chrono::milliseconds(static_cast<std::int64_t>(screen->now * 1000)));
        },
        [](double) {}, [] {}, [this](std::string_view to, bool) { screen->path = to; },
        [this](std::string_view to) { screen->title = to; },
        [this](std::string_view name, std::string_view value) {
          screen->memory.insert_or_assign(std::string(name), value);
        },
        [](const std::string& text) { ImGui::SetClipboardText(text.c_str()); }, [](bool) {}});
    show(1440, 900);
  }

  void show(float width, float height) {
    screen.reset();
    screen = std::make_unique<platform::Headless>(platform::Console{[this] { app->frame(console_page); }, {}},
                                                  width, height);
  }
  void open(KeyStorageMode mode, std::vector<UpstreamKeyView> keys, std::string path = "/manage/keys") {
    app->start({std::move(path), {Language::Chinese, Appearance::Light}, 0, true, {}, "http://console.test"});
    transport.answer("/api/session", 200, codec::to_json(SessionView{true, mode, "0.1.0"}));
    transport.answer("/api/manage/keys/facts", 200, facts_body(keys, mode));
    transport.answer("/api/manage/keys/activity", 200, activity_body(keys, mode));
    ClientTokenView token;
    token.id = -1;
    token.token_preview = "envi";
    token.origin = Origin::Environment;
    transport.answer("/api/manage/tokens/data", 200, codec::to_json(TokenList{{token}, 1, true, mode}));
    screen->run();
  }
  static UpstreamKeyView key(KeyId id, std::string preview, std::string description) {
    UpstreamKeyView row;
    row.id = id;
    row.key_preview = std::move(preview);
    row.description = std::move(description);
    return row;
  }
  bool shows(Role role, std::string_view name) { return screen->shows(role, name); }
  bool click(Role role, std::string_view name) { return screen->click(role, name); }

  FakeTransport transport;
  std::unique_ptr<platform::Headless> screen;
  std::unique_ptr<App> app;
};

}  // namespace geminate::ui
