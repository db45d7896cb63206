#include "frontend-wasm/app/app.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "shared/codec/codec.h"
#include "tests/unit/frontend/fake_transport.h"
#include "tests/unit/frontend/key_lines.h"

namespace geminate::ui {
namespace {

/// The App over a fake server, a clock that the test turns, and a browser of a few variables.
class AppTest : public ::testing::Test {
 protected:
  Surroundings surroundings() {
    return {transport,
            [this] { return now; },
            [this] { return Timestamp(std::chrono::milliseconds(static_cast<std::int64_t>(now * 1000))); },
            [this](double seconds) { wake_at = now + seconds; },
            [this] { ++redraws; },
            [this](std::string_view to, bool) { path = to; },
            [this](std::string_view to) { title = to; },
            [this](std::string_view name, std::string_view value) { memory[std::string(name)] = value; },
            [this](const std::string& text) { clipboard = text; },
            [this](bool wanted) { listening = wanted; }};
  }
  void answer_session(bool is_admin) {
    SessionView view{is_admin, KeyStorageMode::Memory, "0.1.0"};
    ASSERT_TRUE(transport.answer("/api/session", 200, codec::to_json(view)));
  }
  void answer_keys(std::vector<UpstreamKeyView> rows = {}) {
    ASSERT_TRUE(transport.answer("/api/manage/keys/facts", 200, facts_body(rows, KeyStorageMode::Memory)));
    ASSERT_TRUE(
        transport.answer("/api/manage/keys/activity", 200, activity_body(rows, KeyStorageMode::Memory)));
  }
  void answer_no_key_news() {
    const std::string head = codec::to_json(key_head("run-1", KeyStorageMode::Memory, false)) + '\n';
    ASSERT_NE(transport.find("/api/manage/keys/facts?since=run-f1"), nullptr);
    ASSERT_NE(transport.find("/api/manage/keys/activity?since=run-a1"), nullptr);
    ASSERT_TRUE(transport.answer("/api/manage/keys/facts", 200, head));
    ASSERT_TRUE(transport.answer("/api/manage/keys/activity", 200, head));
  }
  void answer_tokens() {
    TokenList list{{}, 0, true, KeyStorageMode::Memory};
    ASSERT_TRUE(transport.answer("/api/manage/tokens/data", 200, codec::to_json(list)));
  }
  void open_as_admin() {
    app.start({"/manage/keys", {Language::Chinese, Appearance::System}, 0, true});
    answer_session(true);
    answer_keys();
    answer_tokens();
  }
  /// Turns the clock to the moment at which the App asked to be woken.
  void wake() {
    ASSERT_TRUE(wake_at);
    now = *wake_at;
    wake_at.reset();
    app.wake();
  }

  FakeTransport transport;
  double now = 100;
  std::optional<double> wake_at;
  int redraws = 0;
  bool listening = false;
  std::string path, title, clipboard;
  std::map<std::string, std::string> memory;
  App app{surroundings()};
};

TEST_F(AppTest, AsksForTheSessionFirst) {
  app.start({"/manage/keys", {}, 0, true});
  EXPECT_EQ(transport.sent, 1);
  EXPECT_EQ(title, "Geminate");
  answer_session(false);
  EXPECT_TRUE(app.state().session.known);
  EXPECT_EQ(transport.sent, 1);
}

TEST_F(AppTest, LogsInAndLoads) {
  app.start({"/manage/keys", {}, 0, true});
  answer_session(false);
  app.drafts().login.password = "secret";
  app.act(LogIn{});
  ASSERT_NE(transport.find("/api/login"), nullptr);
  EXPECT_NE(transport.find("/api/login")->body.find("secret"), std::string::npos);
  transport.answer("/api/login", 200, codec::to_json(SessionView{true, KeyStorageMode::Memory, "0.1.0"}));
  answer_keys();
  answer_tokens();
  EXPECT_EQ(title, "管理代理 Key (内存存储模式)");
}

TEST_F(AppTest, PollsByItselfAndStopsWhenHidden) {
  open_as_admin();
  for (int round = 0; round < 3; ++round) {
    wake();
    answer_keys();
  }
  wake_at.reset();
  app.visibility_changed(false);
  const int sent = transport.sent;
  now += 1000;
  app.wake();
  EXPECT_EQ(transport.sent, sent);
  app.visibility_changed(true);
  EXPECT_EQ(transport.sent, sent + 2) << "both halves of the list";
}

TEST_F(AppTest, AnUnchangedPollDrawsNothing) {
  open_as_admin();
  const int before = redraws;
  wake();
  answer_no_key_news();
  EXPECT_EQ(redraws, before);
  wake();
  UpstreamKeyView row;
  row.id = 1;
  answer_keys({row});
  EXPECT_GT(redraws, before);
}

TEST_F(AppTest, HoldsWhatOnlyTheLaterPartCanDoUntilItIsThere) {
  app.start({"/manage/tokens", {Language::Chinese, Appearance::System}, 0, true, {}, {}, {}, false});
  answer_session(true);
  answer_keys();
  EXPECT_EQ(transport.find("/api/manage/tokens/data"), nullptr);
  app.act(OpenAddKeys{});
  EXPECT_EQ(app.state().keys.overlay, KeyOverlay::None);
  EXPECT_FALSE(app.offer_text("keys.txt", "AIza"));
  app.completed();
  EXPECT_EQ(app.state().keys.overlay, KeyOverlay::Add);
  answer_tokens();
  EXPECT_EQ(app.state().tokens.loading, Loading::Done);
}

TEST_F(AppTest, LeavesASearchAloneThatWasTypedBeforeTheLaterPartCame) {
  app.start({"/manage/keys", {Language::Chinese, Appearance::System}, 0, true, {}, {}, {}, false});
  answer_session(true);
  answer_keys();
  app.act(SearchKeys{"a"});
  app.completed();
  answer_tokens();
  EXPECT_EQ(app.state().keys.query.search, "a");
}

TEST_F(AppTest, AsksForAPagesContentOnceTheLaterPartIsThere) {
  app.start({"/manage/requests", {Language::Chinese, Appearance::System}, 0, true, {}, {}, {}, false});
  answer_session(true);
  answer_keys();
  const int before = redraws;
  EXPECT_EQ(transport.find("/api/manage/requests/data"), nullptr);
  app.completed();
  EXPECT_GT(redraws, before);
  EXPECT_TRUE(app.state().whole);
  EXPECT_EQ(transport.sent, 5) << "the session, both halves of the keys, tokens, requests";
}

TEST_F(AppTest, WhichRowsAreInSightDrawsNothing) {
  open_as_admin();
  const int before = redraws;
  app.act(SeeKeys{{1}});
  EXPECT_EQ(redraws, before);
  app.act(SearchKeys{"a"});
  EXPECT_GT(redraws, before);
}

TEST_F(AppTest, EveryEditIsOneRequestAndTakesTheAnsweredRow) {
  open_as_admin();
  app.act(OpenAddKeys{});
  app.drafts().key_texts = "AIzaNew";
  const int sent = transport.sent;
  app.act(SubmitNewKeys{});
  UpstreamKeyView row;
  row.id = 11;
  row.key_preview = "aNew";
  ASSERT_TRUE(transport.answer("/api/manage/keys/add", 201, codec::to_json(row)));
  EXPECT_EQ(transport.sent, sent + 1);
  EXPECT_NE(app.state().keys.find(11), nullptr);

  app.act(SetKeysActive{{11}, false});
  EXPECT_NE(transport.find("/api/manage/keys/update/11"), nullptr);
  row.is_active = false;
  ASSERT_TRUE(transport.answer("/api/manage/keys/update/11", 200, codec::to_json(row)));
  EXPECT_FALSE(app.state().keys.find(11)->is_active);

  app.act(DeleteKeys{{11}});
  ASSERT_TRUE(transport.answer("/api/manage/keys/delete/11", 204));
  EXPECT_EQ(app.state().keys.find(11), nullptr);
  EXPECT_EQ(transport.sent, sent + 3);
}

TEST_F(AppTest, AnUpdateSendsOnlyTheChangedFields) {
  open_as_admin();
  wake();
  UpstreamKeyView row;
  row.id = 5;
  row.description = "old";
  answer_keys({row});
  app.act(OpenKey{5});
  app.drafts().key.description = "";
  app.act(SaveKey{5});
  ASSERT_NE(transport.find("/api/manage/keys/update/5"), nullptr);
  EXPECT_EQ(transport.find("/api/manage/keys/update/5")->body, R"({"description":null,"revision":1})");
}

TEST_F(AppTest, ReconnectsByItself) {
  open_as_admin();
  wake();
  transport.answer("/api/manage/keys/facts", 0);
  transport.answer("/api/manage/keys/activity", 0);
  EXPECT_TRUE(app.state().connection.lost);
  wake();
  transport.answer("/api/session", 0);
  EXPECT_EQ(app.state().connection.failures, 2U);
  wake();
  answer_session(true);
  EXPECT_FALSE(app.state().connection.lost);
  answer_keys();
}

TEST_F(AppTest, ASessionLostInBetweenKeepsTheAddress) {
  open_as_admin();
  app.act(Navigate{Page::Tokens});
  EXPECT_EQ(path, "/manage/tokens");
  transport.answer("/api/manage/tokens/data", 401,
                   R"({"error":{"code":"unauthenticated","message":"log in","field":null}})");
  EXPECT_FALSE(app.state().session.is_open);
  EXPECT_EQ(path, "/manage/tokens");
  EXPECT_EQ(title, "Geminate");
}

TEST_F(AppTest, WhatAPageEmitsWaitsForTheFramesEnd) {
  open_as_admin();
  app.frame([this](const AppState& state, Drafts&, const Emit& emit) {
    emit(SetLanguage{Language::English});
    emit(CopyText{"text"});
    EXPECT_EQ(state.preferences.language, Language::Chinese);
    EXPECT_TRUE(clipboard.empty());
  });
  EXPECT_EQ(app.state().preferences.language, Language::English);
  EXPECT_EQ(clipboard, "text");
  EXPECT_EQ(memory["language"], "en");
  EXPECT_EQ(title, "Manage proxy keys (memory mode)");
}

TEST_F(AppTest, FollowsTheAddressBar) {
  open_as_admin();
  app.path_changed("/manage/tokens");
  EXPECT_EQ(app.state().page, Page::Tokens);
  EXPECT_TRUE(path.empty());
}

TEST_F(AppTest, TheMadeTokenArrivesWhole) {
  open_as_admin();
  app.act(Navigate{Page::Tokens});
  app.act(OpenMakeToken{});
  app.act(SubmitNewToken{});
  TokenCreated made;
  made.id = 1;
  made.token_preview = "cret";
  made.token = "gmt_secret";
  ASSERT_TRUE(transport.answer("/api/manage/tokens/add", 201, codec::to_json(made)));
  EXPECT_EQ(app.state().tokens.made_secret, "gmt_secret");
}

}  // namespace
}  // namespace geminate::ui
