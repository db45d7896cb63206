#include "frontend-wasm/testing/semantics.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

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

SemanticTree buttons(std::initializer_list<std::pair<std::uint32_t, const char*>> all) {
  SemanticTree tree;
  for (const auto& [id, name] : all) {
    tree.place(id, kSomewhere, false);
    tree.describe(id, Role::Button, name);
  }
  return tree;
}

TEST(MirrorNews, TellsOnlyWhatChanged) {
  MirrorNews news;
  const SemanticTree first = buttons({{1, "Save"}, {2, "Close"}});
  EXPECT_EQ(news.since_last(first), first.to_json());
  EXPECT_EQ(news.since_last(buttons({{1, "Save"}, {2, "Close"}})), "");
  EXPECT_EQ(news.since_last(buttons({{1, "Saved"}, {2, "Close"}})),
            R"([{"id":1,"parent":0,"rect":[0,0,10,10],"role":"button","name":"Saved"},2])");
  EXPECT_EQ(news.since_last(buttons({{2, "Close"}, {1, "Saved"}})), "[2,1]") << "their order is news";
  EXPECT_EQ(news.since_last(buttons({{1, "Saved"}})), "[1]");
  EXPECT_EQ(news.since_last(buttons({})), "[]");
}

TEST(MirrorNews, TellsAllAgainToAMirrorThatCouldNotFollow) {
  MirrorNews news;
  const SemanticTree tree = buttons({{1, "Save"}});
  news.since_last(tree);
  news.forget();
  EXPECT_EQ(news.since_last(tree), tree.to_json());
}

TEST(MirrorNews, TellsAFieldsValueWheneverItTellsAnything) {
  const auto page = [](const char* heading) {
    SemanticTree tree = buttons({{1, heading}});
    tree.place(2, kSomewhere, false);
    tree.describe(2, Role::Textbox, "Search").value = "abc";
    return tree;
  };
  MirrorNews news;
  news.since_last(page("One"));
  EXPECT_NE(news.since_last(page("Two")).find(R"("value":"abc")"), std::string::npos);
}

}  // namespace
}  // namespace geminate::ui
