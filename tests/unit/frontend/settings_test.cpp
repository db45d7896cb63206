#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

SettingView setting(const std::string& name, const std::string& value, std::int64_t revision = 0) {
  SettingView view;
  view.name = name;
  view.sentence = "How many may wait.";
  view.sentence_zh = "最多有多少等待。";
  view.value = value;
  view.is_editable = true;
  view.revision = revision;
  return view;
}

QuotaView quota(const std::string& project, const std::string& model) {
  QuotaView view;
  view.project = project;
  view.model = model;
  view.requests_per_minute = QuotaLimitView{15, LimitOrigin::Admin};
  view.requests_per_day = QuotaLimitView{1500, LimitOrigin::Learnt};
  return view;
}

class SettingsReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/settings", {}, 0, true});
    sign_in(KeyStorageMode::Memory);
    happen(
        SettingsLoaded{{{setting("QUEUE_LIMIT", "1000"), setting("PORT", "7860")}, KeyStorageMode::Memory}});
    state.settings.settings.value->settings[1].is_editable = false;
  }
  SettingsPageState& page() { return state.settings; }
};

TEST_F(SettingsReducer, AsksForEachTabWhenItIsShown) {
  act(ShowSettingsTab{SettingsTab::Quotas});
  only<FetchQuotaList>();
  act(ShowSettingsTab{SettingsTab::Prices});
  only<FetchPrices>();
  act(ShowSettingsTab{SettingsTab::About});
  only<FetchAbout>();
  act(RefreshSettings{});
  EXPECT_TRUE(requests().empty()) << "one is on its way";
}

TEST_F(SettingsReducer, AsksNothingByItselfAsTimePasses) {
  for (int i = 0; i < 20; ++i) {
    pass(10);
    EXPECT_EQ(count<FetchSettings>(), 0);
  }
}

TEST_F(SettingsReducer, SendsTheValueWithTheRevisionThatWasSeen) {
  act(OpenSetting{"QUEUE_LIMIT"});
  EXPECT_EQ(drafts.settings.value, "1000");
  drafts.settings.value = "7";
  act(SaveSetting{});
  const auto sent = only<SendSettings>();
  EXPECT_EQ(sent.body.changes.at(0).name, "QUEUE_LIMIT");
  EXPECT_EQ(sent.body.changes.at(0).value, "7");
  EXPECT_EQ(sent.body.changes.at(0).revision, 0);
  act(SaveSetting{});
  EXPECT_TRUE(requests().empty()) << "it is being saved";
  happen(SettingsSaved{{{setting("QUEUE_LIMIT", "7", 1)}, KeyStorageMode::Memory}, "QUEUE_LIMIT", false});
  EXPECT_EQ(page().overlay, SettingsOverlay::None);
  EXPECT_EQ(page().find("QUEUE_LIMIT")->value, "7");
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
}

TEST_F(SettingsReducer, OpensNoFormForWhatIsReadAtTheStart) {
  act(OpenSetting{"PORT"});
  EXPECT_EQ(page().overlay, SettingsOverlay::None);
}

TEST_F(SettingsReducer, SendsNothingWhereNothingChanged) {
  act(OpenSetting{"QUEUE_LIMIT"});
  act(SaveSetting{});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(page().overlay, SettingsOverlay::None);
}

TEST_F(SettingsReducer, AResetSendsNoValue) {
  act(OpenSetting{"QUEUE_LIMIT"});
  act(ResetSetting{});
  EXPECT_FALSE(only<SendSettings>().body.changes.at(0).value);
}

TEST_F(SettingsReducer, ShowsARefusalAtItsField) {
  act(OpenSetting{"QUEUE_LIMIT"});
  drafts.settings.value = "0";
  act(SaveSetting{});
  happen(RequestFailed{only<SendSettings>(), refused(400, "QUEUE_LIMIT")});
  EXPECT_EQ(page().overlay, SettingsOverlay::Setting);
  EXPECT_TRUE(page().field_errors.contains("QUEUE_LIMIT"));
  EXPECT_FALSE(page().saving);
}

TEST_F(SettingsReducer, AConflictKeepsWhatWasTypedAndGoesOnFromTheLatest) {
  act(OpenSetting{"QUEUE_LIMIT"});
  drafts.settings.value = "9";
  act(SaveSetting{});
  happen(RequestFailed{only<SendSettings>(), refused(409)});
  EXPECT_TRUE(page().conflict);
  only<FetchSettings>();
  happen(SettingsLoaded{{{setting("QUEUE_LIMIT", "7", 1)}, KeyStorageMode::Memory}});
  EXPECT_EQ(drafts.settings.value, "9");
  act(SaveSetting{});
  EXPECT_EQ(only<SendSettings>().body.changes.at(0).revision, 1);
}

TEST_F(SettingsReducer, ALostSessionForgetsWhatWasOnItsWay) {
  act(RefreshSettings{});
  happen(RequestFailed{FetchSettings{}, refused(401)});
  sign_in(KeyStorageMode::Memory);
  EXPECT_EQ(count<FetchSettings>(), 1);
}

TEST_F(SettingsReducer, ALimitSendsOnlyWhatAnAdminChanged) {
  happen(QuotaListLoaded{{{quota("alpha", "gemini-2.5-pro")}, KeyStorageMode::Memory}});
  act(OpenQuota{"alpha", 0, "gemini-2.5-pro"});
  EXPECT_EQ(drafts.settings.quota.requests_per_minute, "15");
  EXPECT_EQ(drafts.settings.quota.requests_per_day, "") << "what was learnt is not the form's";
  drafts.settings.quota.requests_per_minute = "";
  drafts.settings.quota.tokens_per_day = "250,000";
  act(SaveQuota{});
  const auto sent = only<SendQuota>();
  EXPECT_EQ(sent.body.project, "alpha");
  EXPECT_TRUE(sent.body.requests_per_minute.present);
  EXPECT_FALSE(sent.body.requests_per_minute.value);
  EXPECT_EQ(sent.body.tokens_per_day.value, 250'000);
  EXPECT_FALSE(sent.body.requests_per_day.present);
}

TEST_F(SettingsReducer, ANewLimitWantsAProjectAModelAndNumbers) {
  act(OpenQuota{});
  drafts.settings.quota.requests_per_minute = "many";
  act(SaveQuota{});
  EXPECT_TRUE(requests().empty());
  for (const char* field : {"project", "model", "requests_per_minute"})
    EXPECT_TRUE(page().field_errors.contains(field)) << field;
}

TEST_F(SettingsReducer, APriceIsSentBesideTheOtherOnesOfOnesOwn) {
  happen(PricesLoaded{{{{"built-in", 1, 2, 0.5, true}, {"mine", 3, 4, 1, false}}}, {}, false});
  act(OpenPrice{"built-in"});
  EXPECT_EQ(drafts.settings.price.cached_usd, "0.5");
  drafts.settings.price.input_usd = "1.25";
  act(SavePrice{});
  const auto sent = only<SendPrices>();
  ASSERT_EQ(sent.body.prices.size(), 2U);
  EXPECT_EQ(sent.body.prices[0].model, "mine");
  EXPECT_EQ(sent.body.prices[1].input_usd, 1.25);
}

TEST_F(SettingsReducer, AResetPriceIsLeftOut) {
  happen(PricesLoaded{{{{"mine", 3, 4, 1, false}, {"other", 3, 4, 1, false}}}, {}, false});
  act(OpenPrice{"mine"});
  act(ResetPrice{});
  const auto sent = only<SendPrices>();
  ASSERT_EQ(sent.body.prices.size(), 1U);
  EXPECT_EQ(sent.body.prices[0].model, "other");
}

TEST_F(SettingsReducer, AsksBeforeAFormWithChangesIsClosed) {
  happen(QuotaListLoaded{{{quota("alpha", "pro")}}});
  happen(PricesLoaded{{{{"mine", 3, 4, 1, false}}}, {}, false});
  const std::pair<Action, std::string*> forms[] = {
      {OpenSetting{"QUEUE_LIMIT"}, &drafts.settings.value},
      {OpenQuota{"alpha", 0, "pro"}, &drafts.settings.quota.requests_per_day},
      {OpenQuota{}, &drafts.settings.quota.project},
      {OpenPrice{"mine"}, &drafts.settings.price.output_usd},
      {OpenPrice{}, &drafts.settings.price.model}};
  for (const auto& [open, field] : forms) {
    act(open);
    EXPECT_FALSE(has_unsaved_changes(state, drafts)) << "nothing was typed yet";
    *field += "7";
    EXPECT_TRUE(has_unsaved_changes(state, drafts));
    for (const Action& leave : {Action{CloseOverlay{}}, Action{ShowSettingsTab{SettingsTab::About}},
                                Action{Navigate{Page::Keys}}, Action{OpenPrice{}}, Action{LogOut{}}}) {
      act(leave);
      EXPECT_NE(page().overlay, SettingsOverlay::None);
      EXPECT_EQ(state.guard.held.size(), 1U);
      act(KeepEditing{});
    }
    EXPECT_EQ(field->back(), '7');
    act(CloseOverlay{});
    act(DiscardChanges{});
    EXPECT_EQ(page().overlay, SettingsOverlay::None);
    EXPECT_FALSE(has_unsaved_changes(state, drafts));
  }
}

TEST_F(SettingsReducer, NothingIsUnsavedWhileItIsOnItsWay) {
  act(OpenSetting{"QUEUE_LIMIT"});
  drafts.settings.value = "7";
  act(SaveSetting{});
  EXPECT_FALSE(has_unsaved_changes(state, drafts));
}

TEST_F(SettingsReducer, APriceThatSomebodyElseSetMeanwhileIsShownFieldByField) {
  happen(PricesLoaded{{{{"mine", 3, 4, 1, false}}, "r1"}, {}, false});
  act(OpenPrice{"mine"});
  drafts.settings.price.input_usd = "5";
  act(SavePrice{});
  const auto first = only<SendPrices>();
  EXPECT_EQ(first.body.revision, "r1");
  happen(RequestFailed{first, refused(409)});
  EXPECT_TRUE(page().conflict);
  only<FetchPrices>();
  happen(PricesLoaded{{{{"mine", 6, 7, 1, false}}, "r2"}, {}, false});
  EXPECT_EQ(drafts.settings.price.input_usd, "5") << "what was typed stays";
  EXPECT_TRUE(page().field_errors.contains("input_usd")) << "and says that another wanted something else";
  EXPECT_EQ(drafts.settings.price.output_usd, "7") << "what was not typed is taken over";
  act(SavePrice{});
  EXPECT_EQ(only<SendPrices>().body.revision, "r2");
}

TEST(Settings, AreFoundByNameSentenceAndValueInBothLanguages) {
  const SettingView view = setting("QUEUE_LIMIT", "1000");
  for (const char* words : {"", "  ", "queue", "may WAIT", "等待", "100"})
    EXPECT_TRUE(matches_search(view, words)) << words;
  EXPECT_FALSE(matches_search(view, "port"));
}

TEST(Settings, PricesAreReadAndWritten) {
  EXPECT_EQ(parse_price(" 0.30 "), 0.3);
  EXPECT_EQ(parse_price("0"), 0.0);
  for (const char* wrong : {"", "-1", "1e5", "1.2.3", "nan", "2000000", "1,5"})
    EXPECT_FALSE(parse_price(wrong)) << wrong;
  EXPECT_EQ(price_text(0.3), "0.3");
  EXPECT_EQ(price_text(15), "15");
}

}  // namespace
}  // namespace geminate::ui
