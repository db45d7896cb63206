// The console without a pointer: pages are walked through and used by keys alone.

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/frontend/pages_fixture.h"

namespace geminate::ui {
namespace {

using Keyboard = PagesFixture;

TEST_F(Keyboard, TabVisitsEveryWidgetOnceAndThenLeavesThePage) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first"), key(2, "bbbb", "second")});
  std::set<std::string> visited;
  std::size_t presses = 0;
  while (!screen->tab()) {
    ASSERT_LT(++presses, 100U) << "Tab never leaves";
    const SemanticNode* now = screen->focused();
    ASSERT_NE(now, nullptr) << "after " << presses << " presses";
    EXPECT_TRUE(visited.insert(now->name + std::string(role_name(now->role))).second)
        << now->name << " twice";
  }
  for (const char* name : {"访问令牌link", "添加 Keybutton", "搜索 Keytextbox"})
    EXPECT_TRUE(visited.contains(name)) << name;
  EXPECT_EQ(visited.count("…aaaa firstrow") + visited.count("…bbbb secondrow"), 1U) << "a table is one stop";
  for (const char* name : {"选择 …bbbb secondcheckbox", "…bbbb second 的操作button", "状态columnheader"})
    EXPECT_FALSE(visited.contains(name)) << name;
  EXPECT_EQ(screen->focused(), nullptr);
}

TEST_F(Keyboard, WhoeverComesBackBeginsAnewAndShiftTabGoesTheSameWayBack) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first")});
  int presses = 0;
  while (!screen->tab()) ASSERT_LT(++presses, 100);
  EXPECT_TRUE(screen->tab(true)) << "nothing inside has the focus";
  EXPECT_FALSE(screen->tab());
  const SemanticNode* first = screen->focused();
  ASSERT_NE(first, nullptr);
  const std::string name = first->name;
  EXPECT_FALSE(screen->tab());
  EXPECT_FALSE(screen->tab(true));
  ASSERT_NE(screen->focused(), nullptr);
  EXPECT_EQ(screen->focused()->name, name);
  EXPECT_TRUE(screen->tab(true)) << "from " << name;
}

TEST_F(Keyboard, AListThatEndsInARowIsNotLeftBeforeIt) {
  open(KeyStorageMode::Memory, {key(1, "aaaa", "first")}, "/manage/tokens");
  bool row = false;
  for (int presses = 0; presses < 60 && !screen->tab(); ++presses)
    row = row || (screen->focused() != nullptr && screen->focused()->role == Role::Row);
  EXPECT_TRUE(row);
}

class RowKeys : public Keyboard {
 protected:
  void open_keys(int count) {
    std::vector<UpstreamKeyView> keys;
    for (int id = 1; id <= count; ++id) {
      char name[16];
      std::snprintf(name, sizeof name, "k%03d", id);
      keys.push_back(key(id, name, "key"));
    }
    open(KeyStorageMode::Database, std::move(keys));
    for (int presses = 0; presses < 60 && role() != Role::Row; ++presses) screen->tab();
    ASSERT_EQ(row(), 1);
  }
  Role role() const { return screen->focused() == nullptr ? Role::Text : screen->focused()->role; }
  /// The focused row's place in the table, from 1 on; 0: no row has the focus.
  int row() const { return role() == Role::Row ? screen->focused()->row_index : 0; }
  bool is_in_sight() const { return screen->focused() != nullptr && !screen->focused()->rect.empty(); }
  void press_with_shift(ImGuiKey key) {
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, true);
    screen->press(key);
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, false);
    screen->run();
  }
  std::size_t selected() const { return app->state().keys.selected.size(); }
};

TEST_F(RowKeys, GoFromRowToRowInSightOrNot) {
  open_keys(200);
  screen->press(ImGuiKey_DownArrow);
  EXPECT_EQ(row(), 2);
  screen->press(ImGuiKey_PageDown);
  const int further = row();
  EXPECT_GT(further, 5);
  screen->press(ImGuiKey_PageUp);
  EXPECT_EQ(row(), 2);
  screen->press(ImGuiKey_End);
  EXPECT_EQ(row(), 200);
  EXPECT_TRUE(is_in_sight());
  screen->press(ImGuiKey_DownArrow);
  EXPECT_EQ(row(), 200) << "the table's end";
  screen->press(ImGuiKey_UpArrow);
  EXPECT_EQ(row(), 199);
  screen->press(ImGuiKey_Home);
  EXPECT_EQ(row(), 1);
  EXPECT_TRUE(is_in_sight());
}

TEST_F(RowKeys, TabComesBackToTheRowThatWasLeft) {
  open_keys(200);
  screen->press(ImGuiKey_End);
  const bool left = screen->tab();
  EXPECT_TRUE(left || role() != Role::Row);
  if (!left) screen->tab(true);
  for (int presses = 0; presses < 60 && role() != Role::Row; ++presses) screen->tab();
  EXPECT_EQ(row(), 200);
}

TEST_F(RowKeys, LeadToTheHeadAndToWhatStandsInARow) {
  open_keys(5);
  screen->press(ImGuiKey_UpArrow);
  EXPECT_EQ(role(), Role::Columnheader);
  screen->press(ImGuiKey_DownArrow);
  EXPECT_EQ(row(), 1);
  screen->press(ImGuiKey_RightArrow);
  EXPECT_EQ(role(), Role::Button);
  screen->press(ImGuiKey_LeftArrow);
  EXPECT_EQ(row(), 1);
  screen->press(ImGuiKey_RightArrow);
  screen->press(ImGuiKey_DownArrow);
  EXPECT_EQ(row(), 2) << "from inside of the first";
  screen->press(ImGuiKey_UpArrow);
  screen->press(ImGuiKey_LeftArrow);
  EXPECT_EQ(role(), Role::Checkbox);
  screen->tab(true);
  EXPECT_EQ(row(), 1) << "the table's stop";
}

TEST_F(RowKeys, EnterOpensAndSpaceSelects) {
  open_keys(5);
  screen->press(ImGuiKey_Space);
  EXPECT_EQ(selected(), 1U);
  EXPECT_EQ(app->state().keys.overlay, KeyOverlay::None);
  screen->press(ImGuiKey_Space);
  EXPECT_EQ(selected(), 0U);
  screen->press(ImGuiKey_Enter);
  EXPECT_EQ(app->state().keys.overlay, KeyOverlay::Detail);
}

TEST_F(RowKeys, ShiftTakesTheRowsOnTheWayAlongAndGivesThemBack) {
  open_keys(200);
  press_with_shift(ImGuiKey_DownArrow);
  press_with_shift(ImGuiKey_DownArrow);
  EXPECT_EQ(row(), 3);
  EXPECT_EQ(selected(), 3U);
  press_with_shift(ImGuiKey_UpArrow);
  EXPECT_EQ(selected(), 2U);
  press_with_shift(ImGuiKey_End);
  EXPECT_EQ(row(), 200);
  EXPECT_EQ(selected(), 200U);
}

TEST_F(Keyboard, TheCommandPaletteIsOpenedTypedIntoAndChosenFrom) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first"), key(2, "bbbb", "fifth")});
  screen->press_with_control(ImGuiKey_K);
  ASSERT_TRUE(shows(Role::Dialog, "命令面板"));
  ImGui::GetIO().AddInputCharactersUTF8("fi");
  screen->run();
  ASSERT_TRUE(shows(Role::Option, "…aaaa first"));
  screen->press(ImGuiKey_DownArrow);
  const SemanticNode* chosen = screen->page().find(Role::Option, "…bbbb fifth");
  ASSERT_NE(chosen, nullptr);
  EXPECT_TRUE(chosen->selected);
  screen->press(ImGuiKey_Enter);
  EXPECT_FALSE(shows(Role::Dialog, "命令面板"));
  EXPECT_TRUE(shows(Role::Dialog, "…bbbb fifth"));
}

TEST_F(Keyboard, ShortcutsAreListedAndWorkOnlyWhileNobodyTypes) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first")});
  screen->letter('?');
  ASSERT_TRUE(shows(Role::Dialog, "键盘快捷键"));
  EXPECT_TRUE(shows(Role::Text, "Ctrl+K 打开命令面板"));
  screen->letter('n');
  EXPECT_FALSE(shows(Role::Dialog, "添加代理 Key")) << "a dialog is open";
  screen->press(ImGuiKey_Escape);
  ASSERT_FALSE(shows(Role::Dialog, "键盘快捷键"));
  ASSERT_TRUE(screen->type("搜索 Key", "n?"));
  EXPECT_FALSE(shows(Role::Dialog, "添加代理 Key"));
  EXPECT_FALSE(shows(Role::Dialog, "键盘快捷键"));
  screen->press(ImGuiKey_Escape);
  screen->letter('n');
  EXPECT_TRUE(shows(Role::Dialog, "添加代理 Key"));
}

TEST_F(Keyboard, AColumnsWidthIsChangedInTheMenuOfColumns) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first")});
  while (!screen->tab() && (screen->focused() == nullptr || screen->focused()->name != "列")) {
  }
  screen->press(ImGuiKey_Enter);
  screen->press(ImGuiKey_DownArrow);
  screen->press(ImGuiKey_RightArrow);
  float widened = 0;
  for (const KeyColumnSpec& spec : key_columns()) widened += app->state().keys.layout.of(spec.column).width;
  EXPECT_GT(widened, 0);
}

TEST_F(Keyboard, EscapeDismissesAMessageWhenNothingElseIsOpen) {
  open(KeyStorageMode::Database, {key(1, "aaaa", "first")});
  app->act(CopyText{"x"});
  screen->run();
  ASSERT_TRUE(shows(Role::Status, "已复制到剪贴板"));
  screen->press(ImGuiKey_Escape);
  EXPECT_FALSE(shows(Role::Status, "已复制到剪贴板"));
}

}  // namespace
}  // namespace geminate::ui
