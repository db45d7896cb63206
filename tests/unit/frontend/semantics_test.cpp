#include "frontend-wasm/testing/semantics.h"

#include <gtest/gtest.h>

namespace geminate::ui {
namespace {

constexpr Rect kSomewhere{0, 0, 10, 10};

TEST(SemanticTree, TellsOnlyWhatIsDescribedAndInSight) {
  SemanticTree tree;
  tree.place(1, kSomewhere, false);
  tree.place(2, kSomewhere, false);
  tree.describe(2, Role::Button, "Save");
  tree.place(3, Rect{}, false);
  tree.describe(3, Role::Button, "Scrolled away");
  EXPECT_EQ(tree.to_json(), R"([{"id":2,"parent":0,"rect":[0,0,10,10],"role":"button","name":"Save"}])");
}

TEST(SemanticTree, PutsWhatIsInsideBelowItsContainer) {
  SemanticTree tree;
  tree.place(1, kSomewhere, false);
  tree.describe(1, Role::Row, "a3F9");
  tree.open(1);
  tree.place(2, kSomewhere, false);
  tree.describe(2, Role::Cell, "alpha");
  tree.close();
  tree.place(3, kSomewhere, false);
  tree.describe(3, Role::Button, "Add");
  EXPECT_EQ(tree.find(2)->parent, 1U);
  EXPECT_EQ(tree.find(3)->parent, 0U);
}

TEST(SemanticTree, NeverTellsAPassword) {
  SemanticTree tree;
  tree.place(1, kSomewhere, false);
  SemanticNode& field = tree.describe(1, Role::Textbox, "Admin key");
  field.value = "correct horse";
  field.secret = true;
  EXPECT_EQ(tree.to_json().find("horse"), std::string::npos);
}

TEST(SemanticTree, WritesAnEmptyValueSoThatTheMirrorForgetsTheOldOne) {
  SemanticTree tree;
  tree.place(1, kSomewhere, false);
  tree.describe(1, Role::Textbox, "Search");
  EXPECT_NE(tree.to_json().find(R"("value":"")"), std::string::npos);
}

TEST(SemanticTree, QuotesWhatPeopleTyped) {
  SemanticTree tree;
  tree.place(1, kSomewhere, false);
  tree.describe(1, Role::Cell, "a\"b\\c\n");
  EXPECT_NE(tree.to_json().find(R"("name":"a\"b\\c\u000a")"), std::string::npos);
}

}  // namespace
}  // namespace geminate::ui
