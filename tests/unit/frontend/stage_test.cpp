#include "frontend-wasm/platform/stage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "frontend-wasm/platform/headless.h"
#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"
#include "imgui_internal.h"

namespace geminate::ui {
namespace {

/// A page with a field and two buttons; the second opens a dialog.
class SmallPage : public testing::Test {
 protected:
  void draw() {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("page", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBringToFrontOnFocus);
    text_field(Text::verbatim("Name"), name_);
    if (button(Text::verbatim("Count"))) ++count_;
    if (button(Text::verbatim("Ask"))) asking_ = true;
    if (asking_) {
      Dialog dialog("ask", Text::verbatim("Sure?"));
      if (dialog.dismissed() || button(Text::verbatim("No"))) asking_ = false;
    }
    ImGui::End();
    close_abandoned_dialogs();
  }

  std::string name_;
  int count_ = 0;
  bool asking_ = false;
  platform::Headless page_{{.draw = [this] { draw(); }, .path_changed = {}}, 800, 600};
};

TEST_F(SmallPage, PressesAndTypesByName) {
  page_.run();
  EXPECT_TRUE(page_.click(Role::Button, "Count"));
  EXPECT_EQ(count_, 1);
  EXPECT_TRUE(page_.type("Name", "李娜 A"));
  EXPECT_EQ(name_, "李娜 A");
  EXPECT_FALSE(page_.click(Role::Button, "Missing"));
}

TEST_F(SmallPage, EscapeEndsTypingButKeepsTheText) {
  page_.run();
  page_.type("Name", "kept");
  page_.press(ImGuiKey_Escape);
  EXPECT_EQ(name_, "kept");
}

TEST_F(SmallPage, HidesWhatLiesBehindADialogAndEscapeClosesIt) {
  page_.run();
  page_.click(Role::Button, "Ask");
  EXPECT_TRUE(page_.shows(Role::Dialog, "Sure?"));
  EXPECT_FALSE(page_.shows(Role::Button, "Count"));
  page_.press(ImGuiKey_Escape);
  EXPECT_FALSE(asking_);
  EXPECT_TRUE(page_.shows(Role::Button, "Count"));
  EXPECT_TRUE(page_.click(Role::Button, "Count"));
}

TEST_F(SmallPage, DarkensWhatLiesBehindADialogAtOnce) {
  page_.run();
  asking_ = true;
  page_.run(2);
  EXPECT_EQ(ImGui::GetCurrentContext()->DimBgRatio, 1);
  asking_ = false;
  page_.run(2);
  EXPECT_EQ(ImGui::GetCurrentContext()->DimBgRatio, 0);
}

TEST_F(SmallPage, RestsWhenNothingChanges) {
  page_.run(8);
  EXPECT_TRUE(std::isinf(surface().next_change_in));
}

}  // namespace
}  // namespace geminate::ui
