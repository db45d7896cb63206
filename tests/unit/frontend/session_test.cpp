#include "frontend-wasm/app/router.h"
#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class SessionReducer : public ConsoleFixture {};
class ConnectionReducer : public ConsoleFixture {};
class ShellReducer : public ConsoleFixture {};

TEST_F(SessionReducer, AsksWhoIsThereWhenTheConsoleOpens) {
  happen(Started{"/manage/tokens", {Language::English, Appearance::Dark}, 60, true});
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_EQ(state.preferences.language, Language::English);
  EXPECT_EQ(state.zone_minutes, 60);
  only<FetchSession>();
}

TEST_F(SessionReducer, LoadsBothListsForAnAdmin) {
  happen(SessionLoaded{{true, KeyStorageMode::Database, "0.1.0"}});
  EXPECT_TRUE(state.session.known);
  EXPECT_EQ(count<FetchKeys>(), 1);
  EXPECT_EQ(count<FetchTokens>(), 1);
}

TEST_F(SessionReducer, ShowsTheLoginPageToAnybodyElse) {
  happen(SessionLoaded{{false, KeyStorageMode::Memory, "0.1.0"}});
  EXPECT_TRUE(state.session.known);
  EXPECT_FALSE(state.session.is_open);
  EXPECT_TRUE(requests().empty());
}

TEST_F(SessionReducer, LogsInWithOneRequestHoweverOftenEnterIsPressed) {
  drafts.login.password = "the admin's secret";
  act(LogIn{});
  EXPECT_EQ(only<SendLogin>().body.password, "the admin's secret");
  act(LogIn{});
  EXPECT_TRUE(requests().empty());
}

TEST_F(SessionReducer, AnEmptyPasswordIsNotSent) {
  act(LogIn{});
  EXPECT_TRUE(requests().empty());
  ASSERT_TRUE(state.session.problem);
  EXPECT_EQ(state.session.problem->id, TextId::PasswordMissing);
}

TEST_F(SessionReducer, ForgetsThePasswordOnceItIsIn) {
  drafts.login.password = "the admin's secret";
  act(LogIn{});
  happen(LoggedIn{{true, KeyStorageMode::Memory, "0.1.0"}});
  EXPECT_TRUE(drafts.login.password.empty());
  EXPECT_TRUE(state.session.is_open);
  EXPECT_EQ(count<FetchKeys>(), 1);
}

TEST_F(SessionReducer, SaysWhyALoginFailed) {
  const std::pair<Failure, TextId> cases[] = {{refused(401), TextId::PasswordWrong},
                                              {refused(429), TextId::LoginThrottled},
                                              {refused(500), TextId::FailedRefused},
                                              {unreachable(), TextId::FailedUnreachable}};
  for (const auto& [failure, text] : cases) {
    drafts.login.password = "x";
    act(LogIn{});
    happen(RequestFailed{SendLogin{}, failure});
    EXPECT_FALSE(state.session.signing_in);
    ASSERT_TRUE(state.session.problem);
    EXPECT_EQ(state.session.problem->id, text);
  }
}

TEST_F(SessionReducer, ALostSessionKeepsPageAndDraft) {
  happen(Started{"/manage/tokens", {}, 0, true});
  sign_in();
  load_tokens({token(1, "abcd")});
  act(OpenToken{1});
  drafts.token.description = "half typed";
  act(SaveToken{1});
  happen(RequestFailed{SendTokenPatch{1, {}, RowChange::Saved}, refused(401)});
  EXPECT_FALSE(state.session.is_open);
  EXPECT_EQ(state.session.problem->id, TextId::SessionEnded);
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_FALSE(caused<ShowPath>());
  EXPECT_EQ(drafts.token.description, "half typed");
  EXPECT_FALSE(state.tokens.saving);
}

TEST_F(SessionReducer, NothingIsPolledWithoutASession) {
  sign_in();
  load_keys({});
  happen(RequestFailed{FetchKeys{}, refused(401)});
  pass(60);
  EXPECT_TRUE(requests().empty());
  EXPECT_FALSE(next_wake(state));
}

TEST_F(SessionReducer, ListsComeAgainAfterTheNextLogin) {
  sign_in();
  happen(RequestFailed{FetchKeys{}, refused(401)});
  happen(LoggedIn{{true, KeyStorageMode::Database, "0.1.0"}});
  EXPECT_EQ(count<FetchKeys>(), 1);
  EXPECT_EQ(count<FetchTokens>(), 1);
}

TEST_F(SessionReducer, LoggingOutLeavesNothingBehind) {
  sign_in();
  load_keys({key(1, "aaaa")});
  act(OpenAddKeys{});
  drafts.key_texts = "AIzaSecret";
  act(LogOut{});
  EXPECT_TRUE(requests().empty()) << "a key was typed that the server does not have";
  act(DiscardChanges{});
  only<SendLogout>();
  happen(LoggedOut{});
  EXPECT_FALSE(state.session.is_open);
  EXPECT_TRUE(state.keys.keys.empty());
  EXPECT_TRUE(drafts.key_texts.empty());
}

TEST_F(ConnectionReducer, ALostServerIsSaidAndTriedAgainEverMoreRarely) {
  sign_in();
  load_keys({key(1, "aaaa")});
  happen(RequestFailed{FetchKeys{}, unreachable()});
  ASSERT_TRUE(state.connection.lost);
  EXPECT_EQ(state.keys.keys.size(), 1U) << "what was known stays on screen";
  double before = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const double wait = state.connection.next_attempt_at - state.now;
    EXPECT_GE(wait, before);
    EXPECT_LE(wait, 30);
    EXPECT_EQ(next_wake(state), std::optional(state.connection.next_attempt_at));
    pass(wait / 2);
    EXPECT_TRUE(requests().empty());
    pass(wait / 2 + 0.001);
    only<FetchSession>();
    happen(RequestFailed{FetchSession{}, unreachable()});
    before = wait;
  }
}

TEST_F(ConnectionReducer, SeveralFailuresAtOnceCountAsOne) {
  sign_in();
  happen(RequestFailed{FetchKeys{}, unreachable()});
  const double first = state.connection.next_attempt_at;
  happen(RequestFailed{FetchTokens{}, unreachable()});
  EXPECT_EQ(state.connection.failures, 1U);
  EXPECT_EQ(state.connection.next_attempt_at, first);
}

TEST_F(ConnectionReducer, TheServersReturnIsSaidAndTheListIsFresh) {
  sign_in();
  load_keys({key(1, "aaaa")});
  load_tokens({});
  happen(RequestFailed{FetchKeys{}, unreachable()});
  act(RetryNow{});
  only<FetchSession>();
  act(RetryNow{});
  EXPECT_TRUE(requests().empty()) << "one attempt at a time";
  happen(SessionLoaded{{true, KeyStorageMode::Memory, "0.2.0"}});
  EXPECT_FALSE(state.connection.lost);
  EXPECT_EQ(state.session.key_storage_mode, KeyStorageMode::Memory);
  EXPECT_EQ(newest_toast(), "已重新连接到服务器");
  EXPECT_EQ(count<FetchKeys>(), 1);
}

TEST_F(ConnectionReducer, ARestartThatForgotTheSessionLeadsToTheLoginPage) {
  sign_in();
  happen(RequestFailed{FetchKeys{}, unreachable()});
  happen(SessionLoaded{{false, KeyStorageMode::Memory, "0.1.0"}});
  EXPECT_FALSE(state.session.is_open);
  EXPECT_EQ(state.session.problem->id, TextId::SessionEnded);
  EXPECT_FALSE(state.connection.lost);
}

TEST_F(ConnectionReducer, AnAnswerThatIsNotOursIsTriedAgain) {
  happen(RequestFailed{FetchSession{}, {FailureKind::Unreadable, 404, {}, {}, {}}});
  EXPECT_TRUE(state.connection.lost);
  EXPECT_TRUE(next_wake(state));
  EXPECT_TRUE(state.toasts.empty());
}

TEST_F(ConnectionReducer, AHiddenTabIsQuietAndCatchesUpWhenShown) {
  sign_in();
  load_keys({});
  load_tokens({});
  happen(VisibilityChanged{false});
  pass(600);
  EXPECT_TRUE(requests().empty());
  EXPECT_FALSE(next_wake(state));
  happen(VisibilityChanged{true});
  EXPECT_EQ(count<FetchKeys>(), 1);
}

TEST_F(ShellReducer, NavigatingShowsThePathAndClosesWhatWasOpen) {
  sign_in();
  load_keys({key(1, "aaaa")});
  load_tokens({});
  act(OpenKey{1});
  act(SetMenuOpen{true});
  act(Navigate{Page::Tokens});
  ASSERT_TRUE(caused<ShowPath>());
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_FALSE(state.menu_open);
  EXPECT_EQ(count<FetchTokens>(), 1);
}

TEST_F(ShellReducer, BackAndForwardDoNotPushThePathAgain) {
  sign_in();
  happen(PathChanged{"/manage/tokens"});
  EXPECT_EQ(state.page, Page::Tokens);
  EXPECT_FALSE(caused<ShowPath>());
  EXPECT_TRUE(caused<Redraw>());
}

TEST_F(ShellReducer, ChoicesAreRemembered) {
  act(SetLanguage{Language::English});
  ASSERT_TRUE(caused<RememberChoice>());
  EXPECT_EQ(std::get<RememberChoice>(effects.front()).value, "en");
  act(SetAppearance{Appearance::Dark});
  EXPECT_EQ(std::get<RememberChoice>(effects.front()).value, "dark");
}

TEST_F(ShellReducer, ToastsGoByThemselvesAndAreNeverMany) {
  for (int i = 0; i < 10; ++i) act(CopyText{"x"});
  EXPECT_LE(state.toasts.size(), 4U);
  EXPECT_TRUE(next_wake(state));
  pass(60);
  EXPECT_TRUE(state.toasts.empty());
  EXPECT_TRUE(caused<Redraw>());
}

TEST_F(ShellReducer, AToastCanBeDismissed) {
  act(CopyText{"secret"});
  ASSERT_TRUE(caused<PutIntoClipboard>());
  act(DismissToast{state.toasts.front().id});
  EXPECT_TRUE(state.toasts.empty());
}

TEST_F(ShellReducer, CloseTakesTheTopmostFirst) {
  sign_in();
  load_keys({key(1, "aaaa")});
  act(OpenKey{1});
  act(AskDeleteKeys{{1}});
  act(CloseOverlay{});
  EXPECT_TRUE(state.keys.asking_to_delete.empty());
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  act(CloseOverlay{});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
}

TEST_F(ShellReducer, TheTitleFollowsPageAndMode) {
  const auto title = [this] { return state.phrasebook()(state.page_title()).str(); };
  EXPECT_EQ(title(), "Geminate");
  sign_in(KeyStorageMode::Memory);
  EXPECT_EQ(title(), "管理代理 Key (内存存储模式)");
  state.session.key_storage_mode = KeyStorageMode::Database;
  EXPECT_EQ(title(), "管理代理 Key (数据库存储模式)");
  act(Navigate{Page::Tokens});
  EXPECT_EQ(title(), "访问令牌");
}

TEST(Router, KnowsItsPathsAndForgivesOthers) {
  EXPECT_EQ(page_at("/manage/keys"), Page::Keys);
  EXPECT_EQ(page_at("/manage/tokens/"), Page::Tokens);
  EXPECT_EQ(page_at("/manage/tokens?from=mail#x"), Page::Tokens);
  EXPECT_EQ(page_at("/manage/dashboard"), Page::Dashboard);
  EXPECT_EQ(page_at("/manage/of-a-later-version"), Page::Keys);
  EXPECT_EQ(page_at(""), Page::Keys);
  for (const Page page : {Page::Keys, Page::Tokens, Page::Requests, Page::Dashboard})
    EXPECT_EQ(page_at(path_of(page)), page);
}

}  // namespace
}  // namespace geminate::ui
