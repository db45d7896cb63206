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
    for (const std::uint32_t at : state.keys.shown) ids.push_back(state.keys.keys[at].id);
    return ids;
  }
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
  EXPECT_FALSE(state.keys.query.descending);
}

TEST_F(KeyListReducer, FiltersByState) {
  UpstreamKeyView dead = key(4, "dddd");
  dead.state = KeyState::Dead;
  load_keys({key(1, "aaaa"), dead}, 2);
  EXPECT_EQ(state.keys.counts.failing, 1U);
  act(FilterKeys{KeyFilter::Failing});
  EXPECT_EQ(shown(), std::vector<KeyId>{4});
}

TEST_F(KeyListReducer, SelectsOneARangeAndAllThatAreShown) {
  act(SortKeys{KeyColumn::Description});
  act(SelectKey{2, true, false});
  act(SelectKey{3, true, true});
  EXPECT_EQ(state.keys.selected, (std::set<KeyId>{1, 2, 3}));
  act(SelectKey{1, false, false});
  EXPECT_EQ(state.keys.selected, (std::set<KeyId>{2, 3}));
  act(SearchKeys{"主"});
  act(SelectShownKeys{true});
  EXPECT_EQ(state.keys.selected, std::set<KeyId>{1});
  act(SelectShownKeys{false});
  EXPECT_TRUE(state.keys.selected.empty());
}

TEST_F(KeyListReducer, ForgetsWhatIsGone) {
  act(SelectKey{1, true, false});
  act(SelectKey{2, true, false});
  load_keys({key(2, "bbbb")}, 2);
  EXPECT_EQ(state.keys.selected, std::set<KeyId>{2});
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
  load_keys({key(1, "aaaa"), key(2, "bbbb"), key(3, "cccc")}, 1);
  EXPECT_FALSE(caused<Redraw>());
  pass(kRefreshSeconds + 0.1);
  load_keys({key(1, "aaaa")}, 2);
  EXPECT_TRUE(caused<Redraw>());
}

TEST_F(KeyListReducer, RelativeTimesMoveOnWithoutNews) {
  state.keys.refresh.drawn_at = state.wall_now;
  pass(31);
  load_keys({key(1, "aaaa")}, 1);
  EXPECT_TRUE(caused<Redraw>());
}

TEST_F(KeyListReducer, AListFromBeforeAnEditIsAskedForAgain) {
  act(RefreshKeys{});
  const std::uint64_t asked_at = only<FetchKeys>().edits;
  happen(KeyAdded{key(4, "dddd")});
  KeyList old;
  old.keys = {key(1, "aaaa")};
  old.key_storage_mode = KeyStorageMode::Database;
  happen(KeysLoaded{old, asked_at, 9});
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
  KeyList list;
  list.key_storage_mode = KeyStorageMode::Memory;
  happen(KeysLoaded{list, state.keys.refresh.edits, 77});
  EXPECT_TRUE(state.memory_mode());
}

TEST(ArrangeKeys, PutsAHundredThousandRowsInOrder) {
  std::vector<UpstreamKeyView> keys(100'000);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].id = static_cast<std::int64_t>(i);
    keys[i].current_tokens_used_today = static_cast<std::int64_t>((i * 7919) % 1009);
  }
  const auto shown = arrange_keys(keys, {"", KeyFilter::All, KeyColumn::TokensToday, true});
  ASSERT_EQ(shown.size(), keys.size());
  for (std::size_t i = 1; i < shown.size(); ++i) {
    ASSERT_GE(keys[shown[i - 1]].current_tokens_used_today, keys[shown[i]].current_tokens_used_today);
  }
}

}  // namespace
}  // namespace geminate::ui
