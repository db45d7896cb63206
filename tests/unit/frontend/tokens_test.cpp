#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class TokenReducer : public ConsoleFixture {
 protected:
  void SetUp() override {
    happen(Started{"/manage/tokens", {}, 0, true});
    sign_in(KeyStorageMode::Memory);
    load_keys({});
    load_tokens({token(1, "aaaa"), token(2, "bbbb")});
  }
  static TokenCreated made(TokenId id, std::string secret) {
    TokenCreated created;
    created.id = id;
    created.token_preview = secret.substr(secret.size() - 4);
    created.token = std::move(secret);
    return created;
  }
};

TEST_F(TokenReducer, ShowsAMadeTokenOnceAndForgetsIt) {
  act(OpenMakeToken{});
  drafts.token.description = "ci";
  drafts.token.rate_limit_per_minute = "30";
  act(SubmitNewToken{});
  const auto request = only<SendNewToken>();
  EXPECT_EQ(request.body.description, "ci");
  EXPECT_EQ(request.body.rate_limit_per_minute, 30);
  happen(TokenMade{made(3, "gmt_wholesecret")});
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Made);
  EXPECT_EQ(state.tokens.made_secret, "gmt_wholesecret");
  EXPECT_EQ(state.tokens.tokens.size(), 3U);
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
  act(CopyText{state.tokens.made_secret});
  EXPECT_TRUE(caused<PutIntoClipboard>());
  act(CloseOverlay{});
  EXPECT_TRUE(state.tokens.made_secret.empty());
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::None);
}

TEST_F(TokenReducer, AMadeTokenIsShownEvenIfItsDialogWasClosed) {
  act(OpenMakeToken{});
  act(SubmitNewToken{});
  act(CloseOverlay{});
  happen(TokenMade{made(3, "gmt_wholesecret")});
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Made);
}

TEST_F(TokenReducer, LeavingThePageHidesTheSecret) {
  happen(TokenMade{made(3, "gmt_wholesecret")});
  act(Navigate{Page::Keys});
  EXPECT_TRUE(state.tokens.made_secret.empty());
}

TEST_F(TokenReducer, ALostSessionHidesTheSecret) {
  happen(TokenMade{made(3, "gmt_wholesecret")});
  happen(RequestFailed{FetchTokens{}, refused(401)});
  EXPECT_TRUE(state.tokens.made_secret.empty());
}

TEST_F(TokenReducer, EditsSwitchesAndDeletes) {
  act(OpenToken{1});
  drafts.token.description = "renamed";
  act(SaveToken{1});
  EXPECT_EQ(only<SendTokenPatch>().body.description.value, "renamed");
  ClientTokenView saved = token(1, "aaaa");
  saved.description = "renamed";
  happen(TokenSaved{saved, RowChange::Saved});
  EXPECT_EQ(state.tokens.find(1)->description, "renamed");
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::None);

  act(SetTokenActive{1, false});
  EXPECT_EQ(only<SendTokenPatch>().change, RowChange::Disabled);
  act(SetTokenActive{1, false});
  EXPECT_TRUE(requests().empty());
  happen(TokenSaved{saved, RowChange::Disabled});
  EXPECT_EQ(newest_toast(), "已停用令牌 …aaaa");

  act(AskDeleteToken{1});
  EXPECT_TRUE(requests().empty());
  act(DeleteToken{1});
  EXPECT_EQ(only<SendTokenDeletion>().id, 1);
  happen(TokenDeleted{1});
  EXPECT_EQ(state.tokens.find(1), nullptr);
  EXPECT_EQ(newest_note(), "(此操作仅影响当前会话)");
}

TEST_F(TokenReducer, ARefusalNamesItsField) {
  act(OpenMakeToken{});
  act(SubmitNewToken{});
  happen(RequestFailed{SendNewToken{}, refused(400, "description")});
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Make);
  EXPECT_TRUE(state.tokens.field_errors.contains("description"));
  EXPECT_FALSE(state.tokens.saving);
}

TEST_F(TokenReducer, AConflictLoadsTheLatest) {
  act(OpenToken{1});
  drafts.token.description = "mine";
  act(SaveToken{1});
  happen(RequestFailed{only<SendTokenPatch>(), refused(409)});
  only<FetchTokens>();
  ClientTokenView theirs = token(1, "aaaa");
  theirs.revision = 2;
  theirs.rate_limit_per_minute = 9;
  load_tokens({theirs}, 2);
  EXPECT_EQ(drafts.token.description, "mine");
  EXPECT_EQ(drafts.token.rate_limit_per_minute, "9");
}

TEST_F(TokenReducer, TheEnvironmentsRefusalIsSaid) {
  act(DeleteToken{2});
  happen(RequestFailed{SendTokenDeletion{2}, refused(403)});
  EXPECT_NE(state.tokens.find(2), nullptr);
  EXPECT_TRUE(state.tokens.busy.empty());
  EXPECT_EQ(newest_toast(), "操作失败：the server's sentence");
}

TEST_F(TokenReducer, PollsTheListThatIsOnScreenOnlyWithoutTheFeed) {
  pass(kRefreshSeconds + 0.1);
  only<FetchTokens>();
}

TEST_F(TokenReducer, FollowsTheFeedAndAsksNothingWhileItIsSilent) {
  happen(FeedTurned{true, 200});
  pass(kRefreshSeconds);
  EXPECT_EQ(count<FetchTokens>(), 1) << "what happened while nobody listened was not told";
  load_tokens({token(1, "aaaa")}, 2);
  pass(600);
  EXPECT_TRUE(requests().empty());
  happen(FeedSaid{"tokens"});
  pass(0);
  EXPECT_EQ(count<FetchTokens>(), 1);
  load_tokens({token(1, "aaaa")}, 3);
  happen(FeedSaid{"tokens"});
  pass(0.5);
  EXPECT_EQ(count<FetchTokens>(), 0) << "once a second is enough";
  pass(0.6);
  EXPECT_EQ(count<FetchTokens>(), 1);
}

TEST_F(TokenReducer, RelativeTimesMoveOnWithoutNews) {
  happen(FeedTurned{true, 200});
  pass(kRefreshSeconds);
  ClientTokenView used = token(1, "aaaa");
  used.last_used_at = state.wall_now;
  load_tokens({used}, 2);
  pass(31);
  EXPECT_TRUE(caused<Redraw>());
  EXPECT_TRUE(requests().empty());
}

TEST_F(TokenReducer, GivesATokenAnotherSecretAfterAQuestion) {
  act(AskRotateToken{1});
  EXPECT_TRUE(requests().empty());
  ASSERT_TRUE(state.tokens.rotating);
  EXPECT_EQ(state.tokens.rotating->grace_seconds, 86'400);
  act(SetRotationGrace{3600});
  act(RotateToken{});
  const auto request = only<SendTokenRotation>();
  EXPECT_EQ(request.id, 1);
  EXPECT_EQ(request.body.grace_seconds, 3600);
  EXPECT_EQ(request.body.revision, 1);
  act(RotateToken{});
  EXPECT_TRUE(requests().empty()) << "once is enough";
  TokenCreated anew = made(1, "gmt_anothersecret");
  anew.revision = 2;
  happen(TokenRotated{anew});
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Made);
  EXPECT_TRUE(state.tokens.made_anew);
  EXPECT_EQ(state.tokens.made_secret, "gmt_anothersecret");
  EXPECT_FALSE(state.tokens.rotating);
  EXPECT_EQ(state.tokens.tokens.size(), 2U);
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
}

TEST_F(TokenReducer, ARotationOfARowThatMovedOnAsksAgain) {
  act(AskRotateToken{1});
  act(RotateToken{});
  happen(RequestFailed{only<SendTokenRotation>(), refused(409, "revision")});
  only<FetchTokens>();
  ASSERT_TRUE(state.tokens.rotating);
  EXPECT_FALSE(state.tokens.rotating->running);
  EXPECT_TRUE(state.tokens.field_errors.contains(""));
  ClientTokenView theirs = token(1, "aaaa");
  theirs.revision = 5;
  load_tokens({theirs}, 2);
  act(RotateToken{});
  EXPECT_EQ(only<SendTokenRotation>().body.revision, 5);
}

TEST_F(TokenReducer, ClosingTheQuestionKeepsTheFormBelow) {
  act(OpenToken{1});
  act(AskRotateToken{1});
  act(CloseOverlay{});
  EXPECT_FALSE(state.tokens.rotating);
  EXPECT_EQ(state.tokens.overlay, TokenOverlay::Edit);
}

TEST_F(TokenReducer, ATokenThatIsGoneEndsTheQuestion) {
  act(AskRotateToken{2});
  load_tokens({token(1, "aaaa")}, 2);
  EXPECT_FALSE(state.tokens.rotating);
}

TEST_F(TokenReducer, SearchesAndFilters) {
  act(SearchTokens{"bbb"});
  act(FilterTokens{TokenFilter::Active});
  EXPECT_EQ(shown_tokens(state.tokens.tokens, state.tokens.query, state.wall_now),
            std::vector<std::uint32_t>{1});
}

}  // namespace
}  // namespace geminate::ui
