#include "frontend-wasm/app/key_list.h"

#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyListReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    sign_in();
    load_keys({key(1, "aaaa", "主力"), key(2, "bbbb", "Backup"), key(3, "cccc", "测试")});
    load_tokens({});
  }
  std::vector<KeyId> shown() const {
    std::vector<KeyId> ids;
    for (const std::uint32_t at : state.keys.shown()) ids.push_back(state.keys.keys[at].id);
    return ids;
  }
  const std::vector<KeyId>& selected() const { return state.keys.selected.ids(); }
};

TEST_F(KeyListReducer, SearchesWhatIsTypedInAnyScript) {
  act(SearchKeys{"主"});
  EXPECT_EQ(shown(), std::vector<KeyId>{1});
  act(SearchKeys{"backUP"});
  EXPECT_EQ(shown(), std::vector<KeyId>{2});
  act(SearchKeys{"cccc"});
  EXPECT_EQ(shown(), std::vector<KeyId>{3});
  act(SearchKeys{""});
  EXPECT_EQ(shown().size(), 3U);
}

TEST_F(KeyListReducer, SortsAndTurnsAround) {
  act(SortKeys{KeyColumn::Description});
  EXPECT_EQ(shown(), (std::vector<KeyId>{2, 1, 3}));
  act(SortKeys{KeyColumn::Description});
  EXPECT_EQ(shown(), (std::vector<KeyId>{3, 1, 2}));
  act(SortKeys{KeyColumn::LastUsed});
  EXPECT_FALSE(state.keys.layout.descending);
}

TEST_F(KeyListReducer, FiltersByState) {
  UpstreamKeyView dead = key(4, "dddd");
  dead.state = KeyState::Dead;
  load_keys({key(1, "aaaa"), dead});
  EXPECT_EQ(state.keys.counts.failing, 1U);
  act(FilterKeys{KeyFilter::Failing});
  EXPECT_EQ(shown(), std::vector<KeyId>{4});
}

TEST_F(KeyListReducer, SelectsOneARangeAndAllThatAreShown) {
  act(SortKeys{KeyColumn::Description});
  act(SelectKey{2, true, false});
  act(SelectKey{3, true, true});
  EXPECT_EQ(selected(), (std::vector<KeyId>{1, 2, 3}));
  act(SelectKey{1, false, false});
  EXPECT_EQ(selected(), (std::vector<KeyId>{2, 3}));
  act(ClearKeySelection{});
  EXPECT_TRUE(state.keys.selected.empty());
}

TEST_F(KeyListReducer, ASelectionOutlivesSortingFilteringAndReloading) {
  act(SearchKeys{"主"});
  act(SelectShownKeys{true});
  EXPECT_EQ(selected(), std::vector<KeyId>{1});
  act(SearchKeys{"backup"});
  EXPECT_EQ(selected(), std::vector<KeyId>{1}) << "what a filter hides stays selected";
  EXPECT_EQ(state.keys.selected_shown, 0U);
  act(SelectShownKeys{true});
  EXPECT_EQ(selected(), (std::vector<KeyId>{1, 2}));
  act(SearchKeys{""});
  act(SortKeys{KeyColumn::Created});
  load_keys({key(3, "cccc"), key(2, "bbbb"), key(1, "aaaa")});
  EXPECT_EQ(selected(), (std::vector<KeyId>{1, 2}));
  EXPECT_EQ(state.keys.selected_shown, 2U);
}

TEST_F(KeyListReducer, InvertsAndLeavesOnlyAmongWhatIsShown) {
  act(SelectKey{1, true, false});
  act(SearchKeys{"测试"});
  act(InvertShownKeys{});
  EXPECT_EQ(selected(), (std::vector<KeyId>{1, 3}));
  act(SelectShownKeys{false});
  EXPECT_EQ(selected(), std::vector<KeyId>{1});
  act(SearchKeys{""});
  act(InvertShownKeys{});
  EXPECT_EQ(selected(), (std::vector<KeyId>{2, 3}));
}

TEST_F(KeyListReducer, AQueryThatCannotBeReadKeepsWhatWasShown) {
  act(SearchKeys{"state:ready backup"});
  EXPECT_EQ(shown(), std::vector<KeyId>{2});
  act(SearchKeys{"state:ready backup wat:1"});
  ASSERT_TRUE(state.keys.arrangement.problem());
  EXPECT_EQ(shown(), std::vector<KeyId>{2});
  act(SearchKeys{"state:ready"});
  EXPECT_FALSE(state.keys.arrangement.problem());
  EXPECT_EQ(shown().size(), 3U) << "asking for less again brings rows back";
}

TEST_F(KeyListReducer, RemembersColumnsAndOrder) {
  act(SortKeys{KeyColumn::TokensToday});
  act(SortKeys{KeyColumn::TokensToday});
  act(ShowKeyColumn{KeyColumn::Project, false});
  act(ResizeKeyColumn{KeyColumn::Description, 20, false});
  EXPECT_FALSE(caused<RememberChoice>()) << "the edge is still being dragged";
  EXPECT_EQ(state.keys.layout.of(KeyColumn::Description).width, kNarrowestColumn);
  act(ResizeKeyColumn{KeyColumn::Description, 300, true});
  ASSERT_TRUE(caused<RememberChoice>());
  const auto& kept = std::get<RememberChoice>(effects.back());
  EXPECT_EQ(kept.name, "key_columns");
  EXPECT_EQ(read_key_layout(kept.value), state.keys.layout);
  act(ResetKeyColumns{});
  EXPECT_EQ(state.keys.layout.choices, KeyTableLayout().choices);
}

TEST_F(KeyListReducer, KeepsTheColumnsOverALogout) {
  act(ShowKeyColumn{KeyColumn::Tags, true});
  happen(LoggedOut{});
  EXPECT_TRUE(state.keys.layout.of(KeyColumn::Tags).shown);
  EXPECT_TRUE(state.keys.keys.empty());
}

TEST_F(KeyListReducer, ForgetsWhatIsGone) {
  act(SelectKey{1, true, false});
  act(SelectKey{2, true, false});
  load_keys({key(2, "bbbb")});
  EXPECT_EQ(selected(), std::vector<KeyId>{2});
}

TEST_F(KeyListReducer, LooksAgainAfterSomeSecondsAndOnlyOnceAtATime) {
  pass(kRefreshSeconds - 0.1);
  EXPECT_TRUE(requests().empty());
  pass(0.2);
  only<FetchKeys>();
  pass(60);
  EXPECT_TRUE(requests().empty()) << "one is on its way";
  act(RefreshKeys{});
  EXPECT_TRUE(requests().empty());
}

TEST_F(KeyListReducer, AnUnchangedListDrawsNothing) {
  state.keys.refresh.drawn_at = state.wall_now;
  pass(kRefreshSeconds + 0.1);
  load_key_changes({}, {});
  EXPECT_FALSE(caused<Redraw>());
  pass(kRefreshSeconds + 0.1);
  load_key_changes({}, {}, {2});
  EXPECT_TRUE(caused<Redraw>());
}

TEST_F(KeyListReducer, AsksForWhatCameSinceTheLastAnswer) {
  act(RefreshKeys{});
  EXPECT_EQ(only<FetchKeys>().since.facts, "run-f1");
  EXPECT_EQ(only<FetchKeys>().since.activity, "run-a1");
}

TEST_F(KeyListReducer, TakesInWhatChangedAndLeavesTheRest) {
  UpstreamKeyView cooling = key(1, "aaaa");
  cooling.state = KeyState::Cooling;
  load_key_changes({key(2, "bbbb", "renamed"), key(9, "iiii")}, {cooling, key(9, "iiii")}, {3});
  ASSERT_EQ(state.keys.keys.size(), 3U);
  EXPECT_EQ(state.keys.find(1)->state, KeyState::Cooling);
  EXPECT_EQ(state.keys.find(1)->key_preview, "aaaa") << "activity leaves the settings alone";
  EXPECT_EQ(state.keys.find(2)->description, "renamed");
  EXPECT_EQ(state.keys.find(3), nullptr);
  EXPECT_EQ(state.keys.find(9)->key_preview, "iiii");
  EXPECT_EQ(shown(), (std::vector<KeyId>{1, 9, 2})) << "what rests comes first";
  EXPECT_EQ(state.keys.counts.resting, 1U);
}

TEST_F(KeyListReducer, ActivityOfAKeyThatIsNotKnownIsPassedOver) {
  load_key_changes({}, {key(77, "xxxx")});
  EXPECT_EQ(state.keys.keys.size(), 3U);
}

TEST_F(KeyListReducer, AnAnswerThatCannotBeReadIsAskedForWhole) {
  KeysLoaded broken{{key_head("run-f2", KeyStorageMode::Database, false), "{\"rows\":1}\n"},
                    {key_head("run-a2", KeyStorageMode::Database, false), ""},
                    state.keys.refresh.edits};
  happen(broken);
  EXPECT_TRUE(state.keys.refresh.problem);
  act(RefreshKeys{});
  EXPECT_TRUE(only<FetchKeys>().since.facts.empty());
}

TEST_F(KeyListReducer, WhileTheFeedIsUpOnlyItsWordBringsAnotherLook) {
  happen(FeedTurned{true, 200});
  pass(kRefreshSeconds);
  EXPECT_EQ(count<FetchKeys>(), 1) << "what happened while nobody listened was not told";
  load_key_changes({}, {});
  pass(600);
  EXPECT_EQ(count<FetchKeys>(), 0);
  happen(FeedSaid{"keys"});
  pass(1.1);
  EXPECT_EQ(count<FetchKeys>(), 1);
}

TEST_F(KeyListReducer, RelativeTimesMoveOnWithoutNews) {
  state.keys.refresh.drawn_at = state.wall_now;
  pass(31);
  load_key_changes({}, {});
  EXPECT_TRUE(caused<Redraw>());
}

TEST_F(KeyListReducer, AListFromBeforeAnEditIsAskedForAgain) {
  act(RefreshKeys{});
  const std::uint64_t asked_at = only<FetchKeys>().edits;
  happen(KeyAdded{key(4, "dddd")});
  happen(whole_list({key(1, "aaaa")}, KeyStorageMode::Database, asked_at));
  EXPECT_EQ(state.keys.keys.size(), 4U) << "the new row must not flicker away";
  only<FetchKeys>();
}

TEST_F(KeyListReducer, AFailedFirstListSaysWhy) {
  state.keys = {};
  act(RefreshKeys{});
  EXPECT_EQ(state.keys.loading, Loading::Running);
  happen(RequestFailed{FetchKeys{}, refused(500)});
  EXPECT_EQ(state.keys.loading, Loading::Failed);
  ASSERT_TRUE(state.keys.refresh.problem);
  load_keys({});
  EXPECT_EQ(state.keys.loading, Loading::Done);
  EXPECT_FALSE(state.keys.refresh.problem);
}

TEST_F(KeyListReducer, FollowsTheServersMode) {
  happen(whole_list({}, KeyStorageMode::Memory, state.keys.refresh.edits));
  EXPECT_TRUE(state.memory_mode());
}

TEST(KeyArrangement, PutsAHundredThousandRowsInOrder) {
  std::vector<UpstreamKeyView> keys(100'000);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].id = static_cast<std::int64_t>(i);
    keys[i].current_tokens_used_today = static_cast<std::int64_t>((i * 7919) % 1009);
  }
  KeyTableLayout layout;
  layout.sort_by = KeyColumn::TokensToday;
  layout.descending = true;
  KeyArrangement arrangement;
  arrangement.list_changed(keys, layout, {}, {});
  const auto& shown = arrangement.shown();
  ASSERT_EQ(shown.size(), keys.size());
  for (std::size_t i = 1; i < shown.size(); ++i) {
    ASSERT_GE(keys[shown[i - 1]].current_tokens_used_today, keys[shown[i]].current_tokens_used_today);
  }
}

}  // namespace
}  // namespace geminate::ui
