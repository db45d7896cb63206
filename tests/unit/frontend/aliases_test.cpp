#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class AliasesReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/models", {}, 0, true});
    sign_in(KeyStorageMode::Memory);
    EXPECT_EQ(count<FetchAliases>(), 1);
  }
  void load(std::vector<ModelAlias> aliases, std::int64_t revision = 3) {
    happen(AliasesLoaded{{std::move(aliases), revision}, {}, false});
  }
  SettingsPageState& page() { return state.settings; }
  ModelAlias& form() { return drafts.settings.alias; }

  const ModelAlias old_{"gpt-4o", "gemini-2.5-pro", "old clients"};
  const ModelAlias other_{"claude-*", "gemini-3-pro", ""};
};

TEST_F(AliasesReducer, OpensNoFormBeforeTheListIsThere) {
  act(OpenAlias{});
  EXPECT_EQ(page().overlay, SettingsOverlay::None) << "an edit of an unknown list would lose it";
  load({});
  act(OpenAlias{});
  EXPECT_EQ(page().overlay, SettingsOverlay::Alias);
}

TEST_F(AliasesReducer, SendsANewOneBesideTheOthersWithTheRevisionThatWasSeen) {
  load({old_, other_});
  act(OpenAlias{});
  act(SaveAlias{});
  EXPECT_TRUE(requests().empty());
  EXPECT_TRUE(page().field_errors.contains("alias"));
  EXPECT_TRUE(page().field_errors.contains("model"));
  EXPECT_FALSE(page().field_errors.contains("note"));
  form() = {" o3 ", "gemini-2.5-flash", ""};
  act(SaveAlias{});
  const auto sent = only<SendAliases>();
  EXPECT_EQ(sent.body.aliases, (std::vector<ModelAlias>{old_, other_, {"o3", "gemini-2.5-flash", ""}}));
  EXPECT_EQ(sent.body.revision, 3);
  act(SaveAlias{});
  act(DeleteAlias{});
  EXPECT_TRUE(requests().empty()) << "it is being saved";
  happen(AliasesLoaded{{sent.body.aliases, 4}, sent.alias, sent.deleted});
  EXPECT_EQ(page().overlay, SettingsOverlay::None);
  EXPECT_EQ(newest_toast(), "已保存别名 o3");
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
}

TEST_F(AliasesReducer, ChangesARowInItsPlaceAlsoItsName) {
  load({old_, other_});
  act(OpenAlias{"gpt-4o"});
  EXPECT_EQ(form(), old_);
  form().alias = "gpt-4*";
  act(SaveAlias{});
  EXPECT_EQ(only<SendAliases>().body.aliases,
            (std::vector<ModelAlias>{other_, {"gpt-4*", "gemini-2.5-pro", "old clients"}}));
}

TEST_F(AliasesReducer, SaysSoWhenNothingWasChanged) {
  load({old_});
  act(OpenAlias{"gpt-4o"});
  act(SaveAlias{});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(page().overlay, SettingsOverlay::None);
}

TEST_F(AliasesReducer, DeletesARow) {
  load({old_, other_});
  act(OpenAlias{"gpt-4o"});
  act(DeleteAlias{});
  const auto sent = only<SendAliases>();
  EXPECT_EQ(sent.body.aliases, std::vector<ModelAlias>{other_});
  happen(AliasesLoaded{{{other_}, 4}, sent.alias, sent.deleted});
  EXPECT_EQ(newest_toast(), "已删除别名 gpt-4o");
}

TEST_F(AliasesReducer, SaysARefusalAtItsField) {
  load({old_});
  act(OpenAlias{});
  form() = {"gpt-4o", "m", ""};
  act(SaveAlias{});
  Failure twice = refused(400, "aliases[1].alias");
  twice.message = "aliases[1].alias is there twice";
  happen(RequestFailed{only<SendAliases>(), twice});
  ASSERT_TRUE(page().field_errors.contains("alias"));
  EXPECT_EQ(page().field_errors.at("alias").arguments.front(), "alias is there twice");
  EXPECT_EQ(page().overlay, SettingsOverlay::Alias);
  act(SaveAlias{});
  happen(RequestFailed{only<SendAliases>(), refused(400, "aliases")});
  EXPECT_TRUE(page().field_errors.contains("")) << "of the whole list, at no field";
}

TEST_F(AliasesReducer, WhatSomebodyElseSetMeanwhileIsShownFieldByField) {
  load({old_, other_});
  act(OpenAlias{"gpt-4o"});
  form().model = "gemini-2.5-flash";
  act(SaveAlias{});
  happen(RequestFailed{only<SendAliases>(), refused(409, "revision")});
  EXPECT_TRUE(page().conflict);
  only<FetchAliases>();
  load({{"gpt-4o", "gemini-3-pro", "new note"}}, 4);
  EXPECT_EQ(form().model, "gemini-2.5-flash") << "what was typed stays";
  EXPECT_TRUE(page().field_errors.contains("model")) << "and says that another wanted something else";
  EXPECT_EQ(form().note, "new note") << "what was not typed is taken over";
  act(SaveAlias{});
  const auto sent = only<SendAliases>();
  EXPECT_EQ(sent.body.revision, 4);
  EXPECT_EQ(sent.body.aliases, (std::vector<ModelAlias>{{"gpt-4o", "gemini-2.5-flash", "new note"}}));
}

TEST_F(AliasesReducer, ARowThatSomebodyElseDeletedIsMadeAnew) {
  load({old_, other_});
  act(OpenAlias{"gpt-4o"});
  form().note = "mine";
  act(SaveAlias{});
  happen(RequestFailed{only<SendAliases>(), refused(409, "revision")});
  load({other_}, 4);
  EXPECT_EQ(form().note, "mine");
  act(SaveAlias{});
  EXPECT_EQ(only<SendAliases>().body.aliases,
            (std::vector<ModelAlias>{other_, {"gpt-4o", "gemini-2.5-pro", "mine"}}));
}

TEST_F(AliasesReducer, AsksBeforeAFormWithChangesIsClosed) {
  load({old_});
  for (const char* row : {"gpt-4o", ""}) {
    act(OpenAlias{row});
    EXPECT_FALSE(has_unsaved_changes(state, drafts)) << "nothing was typed yet";
    form().note += "7";
    for (const Action& leave :
         {Action{CloseOverlay{}}, Action{Navigate{Page::Keys}}, Action{OpenAlias{}}, Action{LogOut{}}}) {
      act(leave);
      EXPECT_EQ(page().overlay, SettingsOverlay::Alias);
      EXPECT_EQ(state.guard.held.size(), 1U);
      act(KeepEditing{});
    }
    act(CloseOverlay{});
    act(DiscardChanges{});
    EXPECT_EQ(page().overlay, SettingsOverlay::None);
    EXPECT_FALSE(has_unsaved_changes(state, drafts));
  }
}

TEST_F(AliasesReducer, KeepsTheListWhenALaterAttemptFails) {
  load({old_});
  act(RefreshPage{});
  happen(RequestFailed{only<FetchAliases>(), refused(500)});
  EXPECT_TRUE(page().aliases.problem);
  EXPECT_EQ(page().aliases.value->aliases.size(), 1U);
}

}  // namespace
}  // namespace geminate::ui
