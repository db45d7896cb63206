#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class Palette : public ConsoleFixture {
 protected:
  void SetUp() override {
    state.preferences.language = Language::English;
    sign_in();
    load_keys({key(1, "a3F9", "main"), key(2, "b001", "spare"), key(3, "c777", "Spare wheel")});
    ClientTokenView environment = token(-1, "envi");
    environment.origin = Origin::Environment;
    ClientTokenView made = token(4, "mine");
    made.description = "spare parts";
    made.origin = Origin::Database;
    load_tokens({environment, made});
    act(SetPaletteOpen{true});
  }
  std::vector<std::string> titles() const {
    std::vector<std::string> all;
    for (const PaletteEntry& entry : state.palette.entries) all.push_back(entry.title);
    return all;
  }
  std::vector<std::string> found(const std::string& typed) {
    act(SearchPalette{typed});
    return titles();
  }
  void run(const std::string& typed) {
    act(SearchPalette{typed});
    act(RunPaletteEntry{0});
  }
};

TEST_F(Palette, BeginsWithEveryPageAndTheCommands) {
  EXPECT_EQ(titles().front(), "Manage proxy keys (database mode)");
  EXPECT_GT(titles().size(), 8U);
}

TEST_F(Palette, FindsKeysAndTokensByTheirTexts) {
  EXPECT_EQ(found("spare"),
            (std::vector<std::string>{"…b001 spare", "…c777 Spare wheel", "…mine spare parts"}));
  EXPECT_EQ(found("a3f9"), std::vector<std::string>{"…a3F9 main"});
}

TEST_F(Palette, WantsEveryWordInWhateverCase) {
  EXPECT_EQ(found("APPEAR dark"), std::vector<std::string>{"Appearance: Dark"});
  EXPECT_TRUE(found("no such thing").empty());
}

TEST_F(Palette, OpensAKeyFromAnotherPage) {
  act(Navigate{Page::Dashboard});
  act(SetPaletteOpen{true});
  run("a3F9");
  EXPECT_EQ(state.page, Page::Keys);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  EXPECT_EQ(state.keys.open_row, 1);
  EXPECT_FALSE(state.palette.open);
}

TEST_F(Palette, OpensATokenButNotOneOfTheEnvironment) {
  run("mine");
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_EQ(state.tokens.open_row, 4);
  act(CloseOverlay{});
  act(SetPaletteOpen{true});
  run("envi");
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::None);
}

TEST_F(Palette, ACommandGoesToItsPageAndDoesIt) {
  run("make token");
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Make);
}

TEST_F(Palette, LeadsToARequestByItsId) {
  run("01m8emn2f827h1mmh052wtz9e4");
  EXPECT_EQ(state.page, Page::Requests);
  EXPECT_EQ(state.requests.search, "01m8emn2f827h1mmh052wtz9e4");
}

TEST_F(Palette, TheChoiceGoesRound) {
  found("spare");
  act(MoveInPalette{-1});
  EXPECT_EQ(state.palette.chosen, 2U);
  act(MoveInPalette{1});
  EXPECT_EQ(state.palette.chosen, 0U);
}

TEST_F(Palette, EnterWithNothingFoundChangesNothing) {
  run("no such thing");
  EXPECT_TRUE(state.palette.open);
}

}  // namespace
}  // namespace geminate::ui
