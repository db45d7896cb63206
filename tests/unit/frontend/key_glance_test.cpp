#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyGlanceReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/keys", {}, 0, true});
    sign_in();
    happen(FeedTurned{true, 200});
    load_keys({key(1, "aaaa"), key(2, "bbbb"), key(3, "cccc")});
    load_key_changes({}, {});
    pass(20);
    load_key_changes({}, {});
  }
  static KeyGlance glance(KeyId id) {
    KeyGlance made;
    made.id = id;
    made.requests.assign(24, id);
    return made;
  }
};

TEST_F(KeyGlanceReducer, AsksForTheRowsThatCameIntoSightOnceTheyStay) {
  act(SeeKeys{{1, 2}});
  EXPECT_TRUE(requests().empty()) << "who scrolls by asks nothing";
  pass(0.1);
  EXPECT_EQ(count<FetchKeyGlances>(), 0);
  pass(0.1);
  EXPECT_EQ(only<FetchKeyGlances>().query.ids, "1,2");
  pass(60);
  EXPECT_EQ(count<FetchKeyGlances>(), 0) << "one is on its way";
  happen(KeyGlancesLoaded{{{}, {glance(1), glance(2)}}});
  EXPECT_TRUE(caused<Redraw>());
  ASSERT_NE(state.keys.glances.find(2), nullptr);
  EXPECT_EQ(state.keys.glances.find(2)->requests[5], 2);
  EXPECT_EQ(state.keys.glances.find(3), nullptr);
  pass(4);
  EXPECT_EQ(count<FetchKeyGlances>(), 1) << "once more, for what had not been summed up yet";
  happen(KeyGlancesLoaded{{{}, {glance(1), glance(2)}}});
  act(SeeKeys{{2}});
  pass(60);
  EXPECT_EQ(count<FetchKeyGlances>(), 0) << "it is known already";
}

TEST_F(KeyGlanceReducer, AsksAgainOnlyWhenKeysHaveMovedAndNotTooOften) {
  act(SeeKeys{{1}});
  pass(0.2);
  only<FetchKeyGlances>();
  happen(KeyGlancesLoaded{{{}, {glance(1)}}});
  pass(4);
  only<FetchKeyGlances>();
  happen(KeyGlancesLoaded{{{}, {glance(1)}}});
  pass(600);
  EXPECT_EQ(count<FetchKeyGlances>(), 0) << "an idle page asks nothing";
  load_key_changes({}, {key(1, "aaaa")});
  pass(1);
  EXPECT_EQ(count<FetchKeyGlances>(), 0) << "the server has not summed it up yet";
  pass(3);
  EXPECT_EQ(count<FetchKeyGlances>(), 1);
  happen(KeyGlancesLoaded{{{}, {glance(1)}}});
  load_key_changes({}, {key(1, "aaaa")});
  pass(5);
  EXPECT_EQ(count<FetchKeyGlances>(), 0);
  pass(6);
  EXPECT_EQ(count<FetchKeyGlances>(), 1);
}

TEST_F(KeyGlanceReducer, AFailureIsNotRepeatedByItself) {
  act(SeeKeys{{1}});
  pass(0.2);
  happen(RequestFailed{only<FetchKeyGlances>(), refused(500)});
  pass(600);
  EXPECT_EQ(count<FetchKeyGlances>(), 0);
  act(SeeKeys{{1, 2}});
  pass(0.2);
  EXPECT_EQ(count<FetchKeyGlances>(), 1);
}

TEST_F(KeyGlanceReducer, ALostSessionForgetsTheQuestionThatWasOnItsWay) {
  act(SeeKeys{{1}});
  pass(0.2);
  happen(RequestFailed{only<FetchKeyGlances>(), refused(401)});
  sign_in();
  act(SeeKeys{{1, 2}});
  pass(0.2);
  EXPECT_EQ(count<FetchKeyGlances>(), 1);
}

}  // namespace
}  // namespace geminate::ui
