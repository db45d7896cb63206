#include "frontend-wasm/app/location.h"

#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

TEST(ReadLocation, TakesAnAddressApart) {
  const Location location = read_location("/manage/keys/12?q=state%3Acooling+a&filter=ready#x");
  EXPECT_EQ(location.page, Page::Keys);
  EXPECT_EQ(location.row, "12");
  EXPECT_EQ(location.value("q"), "state:cooling a");
  EXPECT_EQ(location.value("filter"), "ready");
  EXPECT_EQ(location.value("other"), "");
}

TEST(ReadLocation, LeavesAloneWhatIsNoEscape) {
  EXPECT_EQ(read_location("/manage/keys?q=100%&x=%zz%e6%9d%8e").value("q"), "100%");
  EXPECT_EQ(read_location("/manage/keys?x=%zz%e6%9d%8e").value("x"), "%zz李");
  EXPECT_EQ(read_location("").page, Page::Keys);
}

class Address : public ConsoleFixture {
 protected:
  void open(const std::string& address) {
    happen(Started{address, {}, 0, true});
    sign_in();
    load_keys({key(12, "aaaa"), key(13, "bbbb")});
    ClientTokenView made = token(4, "mine");
    made.origin = Origin::Database;
    load_tokens({made});
  }
  std::optional<ShowPath> shown() const {
    for (const Effect& effect : effects) {
      if (const auto* path = std::get_if<ShowPath>(&effect)) return *path;
    }
    return std::nullopt;
  }
};

TEST_F(Address, OpensWhatALinkNames) {
  open("/manage/keys/12?q=aaaa");
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  EXPECT_EQ(state.keys.open_row, 12);
  EXPECT_EQ(drafts.key_search, "aaaa");
  EXPECT_EQ(state.keys.shown().size(), 1U);
  EXPECT_FALSE(shown()) << "the address says just that already";
}

TEST_F(Address, SaysThatARowIsGone) {
  open("/manage/keys/99");
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_FALSE(state.toasts.empty());
  ASSERT_TRUE(shown());
  EXPECT_EQ(shown()->path, "/manage/keys");
}

TEST_F(Address, OpensATokenAndARequestAndAPeriod) {
  open("/manage/tokens/4");
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Edit);
  happen(PathChanged{"/manage/requests/01m8emn2f827h1mmh052wtz9e4?q=status%3A4xx"});
  EXPECT_EQ(state.page, Page::Requests);
  EXPECT_EQ(state.requests.open_id, "01m8emn2f827h1mmh052wtz9e4");
  EXPECT_EQ(state.requests.search, "status:4xx");
  happen(PathChanged{"/manage/dashboard?period=week"});
  EXPECT_EQ(state.dashboard.period, UsagePeriod::Week);
}

TEST_F(Address, AKeyIsAPlaceToGoBackToASearchIsNot) {
  open("/manage/keys");
  act(SearchKeys{"aaaa"});
  ASSERT_TRUE(shown());
  EXPECT_EQ(shown()->path, "/manage/keys?q=aaaa");
  EXPECT_TRUE(shown()->replaces);
  act(OpenKey{12});
  ASSERT_TRUE(shown());
  EXPECT_EQ(shown()->path, "/manage/keys/12?q=aaaa");
  EXPECT_FALSE(shown()->replaces);
  happen(PathChanged{"/manage/keys?q=aaaa"});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_FALSE(shown());
}

TEST_F(Address, StaysWhileTheLoginLiesOverThePage) {
  open("/manage/keys/12");
  happen(RequestFailed{FetchKeys{}, refused(401)});
  EXPECT_FALSE(shown());
  EXPECT_TRUE(state.session.ended);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
}

class Guard : public Address {
 protected:
  void SetUp() override {
    open("/manage/keys/12");
    drafts.key.description = "half typed";
  }
};

TEST_F(Guard, AsksBeforeAFormWithChangesIsClosed) {
  act(CloseOverlay{});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  EXPECT_EQ(state.guard.held.size(), 1U);
  act(KeepEditing{});
  EXPECT_TRUE(state.guard.held.empty());
  EXPECT_EQ(drafts.key.description, "half typed");
  act(CloseOverlay{});
  act(DiscardChanges{});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_TRUE(state.guard.held.empty());
}

TEST_F(Guard, LetsGoOfAFormWithoutChanges) {
  drafts.key.description.clear();
  EXPECT_FALSE(has_unsaved_changes(state, drafts));
  act(CloseOverlay{});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
}

TEST_F(Guard, ANavigationWaitsForTheAnswerAndIsThenMade) {
  act(Navigate{Page::Tokens});
  EXPECT_EQ(state.page, Page::Keys);
  act(DiscardChanges{});
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
}

TEST_F(Guard, BackIsTakenBackUntilTheAnswer) {
  happen(PathChanged{"/manage/keys"});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  ASSERT_TRUE(shown());
  EXPECT_EQ(shown()->path, "/manage/keys/12");
  act(DiscardChanges{});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  ASSERT_TRUE(shown());
  EXPECT_EQ(shown()->path, "/manage/keys");
}

TEST_F(Guard, DoesNotAskForAQuestionAboveTheForm) {
  act(AskDeleteKeys{{12}});
  act(CloseOverlay{});
  EXPECT_TRUE(state.keys.asking_to_delete.empty());
  EXPECT_TRUE(state.guard.held.empty());
}

TEST_F(Guard, NothingIsUnsavedWhileItIsOnItsWay) {
  act(SaveKey{12});
  EXPECT_FALSE(has_unsaved_changes(state, drafts));
}

TEST_F(Guard, TheLoginComesBackToWhatWasTyped) {
  happen(RequestFailed{FetchKeys{}, refused(401)});
  EXPECT_TRUE(has_unsaved_changes(state, drafts));
  happen(LoggedIn{{true, KeyStorageMode::Database, "0.1.0"}});
  EXPECT_FALSE(state.session.ended);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  EXPECT_EQ(drafts.key.description, "half typed");
}

}  // namespace
}  // namespace geminate::ui
