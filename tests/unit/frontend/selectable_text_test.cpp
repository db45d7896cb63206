#include "frontend-wasm/widgets/selectable_text.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "frontend-wasm/platform/headless.h"

namespace geminate::ui {
namespace {

using platform::Headless;

/// A text alone on a page, 200 wide: letters are as wide as half their size, hanzi as all of it.
class SelectableText : public ::testing::Test {
 protected:
  void show(std::string text) {
    content = std::move(text);
    screen = std::make_unique<Headless>(platform::Console{[this] { draw(); }, {}});
    screen->run();
  }
  void draw() {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({400, 400});
    ImGui::Begin("page", nullptr, ImGuiWindowFlags_NoDecoration);
    selectable_text(Text::verbatim("the text"), content, {}, 200);
    ImGui::End();
  }
  const SemanticNode& node() const {
    for (const SemanticNode& each : screen->page().nodes()) {
      if (each.role == Role::Text && each.name == content) return each;
    }
    static const SemanticNode kNone;
    ADD_FAILURE() << "the text is not on the page";
    return kNone;
  }
  void press(float x, float y) {
    ImGui::GetIO().AddMousePosEvent(node().rect.left + x, node().rect.top + y);
    screen->run(1);
    ImGui::GetIO().AddMouseButtonEvent(0, true);
    screen->run(2);
  }
  void drag_to(float x, float y) {
    ImGui::GetIO().AddMousePosEvent(node().rect.left + x, node().rect.top + y);
    screen->run(2);
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    screen->run(2);
  }
  void chord(ImGuiKey key) {
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, true);
    screen->press(key);
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, false);
    screen->run();
  }

  std::string content;
  std::unique_ptr<Headless> screen;
};

TEST_F(SelectableText, IsCopiedWithoutTheEndsOfTheLinesShown) {
  show(
      "a text that is much longer than the two hundred it may be wide\nand "
      "再来一行中文，也要换行才放得下的那种");
  EXPECT_GT(node().rect.bottom - node().rect.top, 60) << "it wraps";
  EXPECT_LE(node().rect.right - node().rect.left, 200);
  press(10, 8);
  drag_to(10, 8);
  chord(ImGuiKey_A);
  chord(ImGuiKey_C);
  EXPECT_EQ(screen->clipboard, content);
}

TEST_F(SelectableText, IsCopiedAsFarAsThePointerWent) {
  show("two lines\nof letters");
  press(0, 5);
  drag_to(0, 30);
  chord(ImGuiKey_C);
  EXPECT_EQ(screen->clipboard, "two lines\n");
}

TEST_F(SelectableText, NeverCopiesHalfACharacter) {
  show("你好世界");
  const float hanzi = (node().rect.right - node().rect.left) > 0 ? 14.4F : 0;  // 18 high, its em 0.8 of it
  press(hanzi * 1.1F, 8);
  drag_to(hanzi * 2.9F, 8);
  chord(ImGuiKey_C);
  EXPECT_EQ(screen->clipboard, "好世");
}

TEST_F(SelectableText, CopiesNothingWhenNothingIsSelected) {
  show("words");
  screen->clipboard = "before";
  press(10, 8);
  drag_to(10, 8);
  chord(ImGuiKey_C);
  EXPECT_EQ(screen->clipboard, "before");
}

TEST_F(SelectableText, ForgetsASelectionThatTheNextTextDoesNotReach) {
  show("a long enough text");
  press(10, 8);
  drag_to(10, 8);
  chord(ImGuiKey_A);
  content = "short";
  screen->run();
  screen->clipboard = "before";
  chord(ImGuiKey_C);
  EXPECT_EQ(screen->clipboard, "before");
}

}  // namespace
}  // namespace geminate::ui
