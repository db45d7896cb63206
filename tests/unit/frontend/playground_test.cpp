#include "frontend-wasm/app/playground_state.h"

#include "frontend-wasm/api/event_reader.h"
#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class Playground : public ConsoleFixture {
 protected:
  void open() {
    sign_in();
    act(Navigate{Page::Playground});
  }
  void ask(PlaygroundAction action) { act(AtPlayground{std::move(action)}); }
  /// What the last input sends; its answer's serial.
  std::optional<SendPrompt> sent() const {
    for (const Effect& effect : effects) {
      if (const auto* prompt = std::get_if<SendPrompt>(&effect)) return *prompt;
    }
    return std::nullopt;
  }
  std::uint64_t send(std::string text = "Hello") {
    drafts.prompt.model = "gemini-2.5-flash";
    drafts.prompt.turns[0].text = std::move(text);
    ask(AskModel{});
    return sent() ? sent()->serial : 0;
  }
  void move(StreamStep step) { happen(AnswerMoved{state.playground.answer.serial, std::move(step)}); }
  static std::string event(const std::string& text, const std::string& further = {}) {
    return R"(data: {"candidates":[{"content":{"parts":[{"text":")" + text + R"("}],"role":"model"})" +
           further + "}]}\r\n\r\n";
  }
  /// What the browser is told to remember of the draft by the last input.
  std::optional<std::string> kept() const {
    for (const Effect& effect : effects) {
      if (const auto* choice = std::get_if<RememberChoice>(&effect)) return choice->value;
    }
    return std::nullopt;
  }
  const PlaygroundAnswer& answer() const { return state.playground.answer; }
  static RequestStory story(const std::string& id) {
    RequestStory told;
    told.request_id = id;
    told.attempts.push_back({7, TriedVerdict::Fine, 200, 0, 0, 12});
    return told;
  }
};

TEST_F(Playground, AsksForTheModelsAndChoosesTheUsualOne) {
  open();
  only<FetchModels>();
  GeminiModelList list;
  list.models.push_back({"models/embedder", "Embedder", 1, {"embedContent"}, false});
  list.models.push_back({"models/gemini-3-pro", "Gemini 3 Pro", 65536, {"generateContent"}, true});
  list.models.push_back({"models/gemini-2.5-flash", "Gemini 2.5 Flash", 65536, {"generateContent"}, true});
  happen(ModelsLoaded{list});
  ASSERT_EQ(state.playground.models.size(), 2U) << "what embeds does not answer";
  EXPECT_EQ(drafts.prompt.model, "gemini-2.5-flash");
  act(Navigate{Page::Keys});
  act(Navigate{Page::Playground});
  EXPECT_EQ(count<FetchModels>(), 0) << "they do not change that fast";
}

TEST_F(Playground, LeavesAModelThatWasTypedAlone) {
  open();
  drafts.prompt.model = "my-own";
  GeminiModelList list;
  list.models.push_back({"models/gemini-2.5-flash", "Gemini 2.5 Flash", 65536, {"generateContent"}, true});
  happen(ModelsLoaded{list});
  EXPECT_EQ(drafts.prompt.model, "my-own");
  EXPECT_TRUE(state.playground.thinks("my-own")) << "one that is not in the list may";
}

TEST_F(Playground, WhatIsTypedOutlivesAReload) {
  open();
  drafts.prompt.turns[0].text = "half a thought";
  pass(1);
  ASSERT_TRUE(kept());
  const std::string remembered = *kept();
  pass(1);
  EXPECT_FALSE(kept()) << "nothing new";
  drafts.prompt = {};
  state = {};
  Started again;
  again.path = "/manage/playground";
  again.prompt = remembered;
  happen(again);
  EXPECT_EQ(drafts.prompt.turns.at(0).text, "half a thought");
  sign_in();
  EXPECT_TRUE(has_unsaved_changes(state, drafts));
  pass(1);
  EXPECT_FALSE(kept()) << "it is remembered";
}

TEST_F(Playground, WhatIsTooLongIsNotRememberedByHalves) {
  open();
  drafts.prompt.turns[0].text.assign(600 * 1024, 'a');
  pass(1);
  EXPECT_EQ(kept(), "");
  EXPECT_TRUE(has_unsaved_changes(state, drafts));
}

TEST_F(Playground, WhatWasNotSentIsUnsaved) {
  open();
  pass(1);
  EXPECT_FALSE(has_unsaved_changes(state, drafts)) << "a model alone is nothing to lose";
  send("Hello");
  pass(1);
  EXPECT_FALSE(has_unsaved_changes(state, drafts)) << "it was sent";
  drafts.prompt.turns[0].images.push_back({"a.png", "image/png", "bytes"});
  EXPECT_TRUE(has_unsaved_changes(state, drafts));
  drafts.prompt.turns[0].images.clear();
  drafts.prompt.turns[0].text += ", you";
  pass(1);
  EXPECT_TRUE(has_unsaved_changes(state, drafts));
  act(Navigate{Page::Keys});
  EXPECT_EQ(state.page, Page::Keys) << "it is still there when one comes back";
}

TEST_F(Playground, LoggingOutAsksFirstAndThenForgetsTheDraft) {
  open();
  drafts.prompt.turns[0].text = "not sent";
  pass(1);
  act(LogOut{});
  EXPECT_TRUE(requests().empty());
  act(DiscardChanges{});
  only<SendLogout>();
  happen(LoggedOut{});
  ASSERT_TRUE(kept());
  EXPECT_EQ(kept()->find("not sent"), std::string::npos);
}

TEST_F(Playground, SaysWhyThereAreNoModelsAndAsksAgain) {
  open();
  happen(RequestFailed{FetchModels{}, refused(503)});
  EXPECT_EQ(state.playground.models_loading, ModelsLoading::Failed);
  EXPECT_TRUE(state.playground.models_problem);
  EXPECT_FALSE(state.connection.lost);
  ask(RefreshModels{});
  only<FetchModels>();
}

TEST_F(Playground, StreamsAnAnswerAndTellsItsTimes) {
  open();
  ASSERT_NE(send(), 0U);
  EXPECT_EQ(sent()->path,
            "/api/manage/playground/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
  EXPECT_EQ(answer().stage, AnswerStage::Waiting);
  pass(0.4);
  move(StreamHead{200, "id-1"});
  const std::string first = event("Hel");
  move(StreamPiece{first.substr(0, 30)});
  EXPECT_EQ(answer().text, "");
  move(StreamPiece{first.substr(30)});
  EXPECT_EQ(answer().text, "Hel");
  pass(0.6);
  move(StreamPiece{
      event("lo", R"(,"finishReason":"STOP")") +
      R"(data: {"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":5,"totalTokenCount":8}})"});
  move(StreamEnd{true});
  EXPECT_EQ(answer().stage, AnswerStage::Done);
  EXPECT_EQ(answer().text, "Hello");
  EXPECT_EQ(answer().finish_reason, "STOP");
  EXPECT_EQ(answer().usage->candidatesTokenCount, 5);
  EXPECT_NEAR(*answer().first_text_at - answer().sent_at, 0.4, 1e-9);
  EXPECT_NEAR(answer().ended_at - answer().sent_at, 1.0, 1e-9);
}

TEST_F(Playground, LooksUpWhichKeyServedUntilTheRecordIsThere) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamEnd{true});
  EXPECT_EQ(only<FetchStory>().id, "id-1");
  happen(RequestFailed{FetchStory{"id-1"}, refused(404)});
  pass(0.1);
  EXPECT_EQ(count<FetchStory>(), 0);
  pass(1);
  EXPECT_EQ(count<FetchStory>(), 1);
  happen(StoryLoaded{story("id-1")});
  ASSERT_TRUE(answer().story);
  EXPECT_EQ(answer().story->attempts[0].key_id, 7);
  pass(1);
  EXPECT_EQ(count<FetchStory>(), 0);
}

TEST_F(Playground, StopsLookingForARecordThatNeverComes) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamEnd{true});
  int asked = 1;
  for (int i = 0; i < 20; ++i) {
    happen(RequestFailed{FetchStory{"id-1"}, refused(404)});
    pass(1);
    asked += count<FetchStory>();
  }
  EXPECT_EQ(asked, 6);
}

TEST_F(Playground, SendsNothingThatIsAtFault) {
  open();
  ask(AskModel{});
  EXPECT_FALSE(sent());
  EXPECT_TRUE(state.playground.faults.contains("model"));
  EXPECT_TRUE(state.playground.faults.contains("turns"));
  EXPECT_FALSE(state.playground.parameters_open);
  drafts.prompt.temperature = "hot";
  ask(AskModel{});
  EXPECT_TRUE(state.playground.parameters_open) << "a fault must be seen";
}

TEST_F(Playground, TellsErrorsInPlainWordsAndTheServers) {
  open();
  send();
  move(StreamHead{429, "id-1"});
  move(StreamPiece{R"({"error":{"code":429,"message":"all keys rest","st)"});
  move(StreamPiece{R"(atus":"RESOURCE_EXHAUSTED"}})"});
  move(StreamEnd{true});
  EXPECT_EQ(answer().stage, AnswerStage::Failed);
  EXPECT_EQ(answer().problem->id, TextId::AnswerLimited);
  EXPECT_EQ(answer().said, "all keys rest");
  EXPECT_EQ(only<FetchStory>().id, "id-1") << "why is asked of failures too";
}

TEST_F(Playground, KeepsWhatCameBeforeAnErrorInside) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamPiece{event("Half") + "data: {\"error\":{\"code\":503,\"message\":\"overloaded\"}}\r\n\r\n"});
  move(StreamEnd{true});
  EXPECT_EQ(answer().text, "Half");
  EXPECT_EQ(answer().problem->id, TextId::AnswerErrorInside);
  EXPECT_EQ(answer().said, "overloaded");
}

TEST_F(Playground, ReadsTheErrorThatFollowsHalfAnEvent) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamPiece{"data: {\"candidates\":[{\"conte"});
  move(StreamPiece{"data: {\"error\":{\"code\":502,\"message\":\"upstream broke off\"}}\r\n\r\n"});
  move(StreamEnd{true});
  EXPECT_EQ(answer().problem->id, TextId::AnswerErrorInside);
  EXPECT_EQ(answer().said, "upstream broke off");
}

TEST_F(Playground, SaysWhenAnAnswerBreaksOffOrNeverBegins) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamPiece{event("Half")});
  move(StreamEnd{false});
  EXPECT_EQ(answer().problem->id, TextId::AnswerBrokeOff);
  send();
  move(StreamEnd{false});
  EXPECT_EQ(answer().problem->id, TextId::FailedUnreachable);
  EXPECT_EQ(count<FetchStory>(), 0);
}

TEST_F(Playground, SaysWhenThePromptWasBlocked) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamPiece{"data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n"});
  move(StreamEnd{true});
  EXPECT_EQ(answer().problem->id, TextId::AnswerPromptBlocked);
  EXPECT_EQ(answer().said, "SAFETY");
}

TEST_F(Playground, StopsAndDropsWhatComesLater) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamPiece{event("Some")});
  ask(StopAnswer{});
  EXPECT_TRUE(caused<StopPrompt>());
  EXPECT_EQ(answer().stage, AnswerStage::Stopped);
  move(StreamPiece{event(" more")});
  EXPECT_EQ(answer().text, "Some");
  EXPECT_EQ(answer().request_id, "id-1");
}

TEST_F(Playground, DropsWhatBelongsToAnEarlierPrompt) {
  open();
  const auto first = send();
  ask(StopAnswer{});
  send("Again");
  happen(AnswerMoved{first, StreamHead{500, "old"}});
  EXPECT_EQ(answer().stage, AnswerStage::Waiting);
  EXPECT_EQ(answer().request_id, "");
}

TEST_F(Playground, KeepsTheDraftWhenTheSessionEnds) {
  open();
  send("Precious words");
  move(StreamHead{401, "id-1"});
  EXPECT_FALSE(state.session.is_open);
  EXPECT_TRUE(caused<StopPrompt>());
  EXPECT_EQ(drafts.prompt.turns[0].text, "Precious words");
  happen(LoggedIn{{true, KeyStorageMode::Database, "0.1.0"}});
  EXPECT_EQ(state.page, Page::Playground);
  EXPECT_EQ(drafts.prompt.turns[0].text, "Precious words");
  ask(AskModel{});
  EXPECT_TRUE(sent());
}

TEST_F(Playground, KeepsDraftAndAnswerOverOtherPages) {
  open();
  send("Words");
  act(Navigate{Page::Keys});
  move(StreamHead{200, "id-1"});
  move(StreamPiece{event("An answer")});
  move(StreamEnd{true});
  act(Navigate{Page::Playground});
  EXPECT_EQ(drafts.prompt.turns[0].text, "Words");
  EXPECT_EQ(answer().text, "An answer");
}

TEST_F(Playground, ForgetsAllWithTheLogOut) {
  open();
  send("Words");
  happen(LoggedOut{});
  EXPECT_TRUE(caused<StopPrompt>());
  EXPECT_EQ(drafts.prompt.turns[0].text, "");
  EXPECT_EQ(answer().stage, AnswerStage::None);
}

TEST_F(Playground, GoesOnFromAnAnswer) {
  open();
  send("Question");
  move(StreamHead{200, "id-1"});
  move(StreamPiece{event("Reply")});
  move(StreamEnd{true});
  ask(GoOnFromAnswer{});
  ASSERT_EQ(drafts.prompt.turns.size(), 3U);
  EXPECT_TRUE(drafts.prompt.turns[1].by_model);
  EXPECT_EQ(drafts.prompt.turns[1].text, "Reply");
  EXPECT_TRUE(drafts.prompt.turns[2].empty());
}

TEST_F(Playground, AddsRemovesAndTurnsMessages) {
  open();
  ask(AddTurn{});
  ASSERT_EQ(drafts.prompt.turns.size(), 2U);
  EXPECT_TRUE(drafts.prompt.turns[1].by_model) << "the other one's turn";
  ask(SetTurnRole{1, false});
  EXPECT_FALSE(drafts.prompt.turns[1].by_model);
  ask(RemoveTurn{0});
  ask(RemoveTurn{0});
  EXPECT_EQ(drafts.prompt.turns.size(), 1U) << "there is always one";
}

TEST_F(Playground, ClearsAndBringsBack) {
  open();
  send("Words");
  ask(StopAnswer{});
  ask(ClearPrompt{});
  EXPECT_TRUE(drafts.prompt.turns[0].empty());
  EXPECT_EQ(drafts.prompt.model, "gemini-2.5-flash");
  ask(UndoClearPrompt{});
  EXPECT_EQ(drafts.prompt.turns[0].text, "Words");
}

TEST_F(Playground, TakesImagesThatAreGivenToIt) {
  open();
  happen(FileGiven{{"a.png", "image/png", "bytes", 5}});
  ASSERT_EQ(drafts.prompt.turns[0].images.size(), 1U);
  happen(FileGiven{{"a.txt", "text/plain", "bytes", 5}});
  EXPECT_EQ(state.playground.image_problem->id, TextId::ImageWrongType);
  ask(RemoveImage{0, 0});
  EXPECT_TRUE(drafts.prompt.turns[0].images.empty());
  EXPECT_FALSE(state.playground.image_problem);
  act(Navigate{Page::Tokens});
  happen(FileGiven{{"a.png", "image/png", "bytes", 5}});
  EXPECT_TRUE(drafts.prompt.turns[0].images.empty()) << "other pages have other uses for files";
}

TEST_F(Playground, LeadsToTheRecordOfItsRequest) {
  open();
  send();
  move(StreamHead{200, "id-1"});
  move(StreamEnd{true});
  ask(ShowAnswersRequest{});
  EXPECT_EQ(state.page, Page::Requests);
  EXPECT_EQ(state.requests.open_id, "id-1");
}

TEST(EventReader, FindsEventsHoweverTheyAreCut) {
  const std::string stream = ": hello\n\ndata: one\r\n\r\nevent: x\ndata: two\ndata: lines\n\ndata: last";
  for (std::size_t size = 1; size <= stream.size(); ++size) {
    EventReader reader;
    std::vector<FeedFrame> events;
    const auto take = [&events](std::vector<FeedFrame> more) {
      for (FeedFrame& event : more) events.push_back(std::move(event));
    };
    for (std::size_t at = 0; at < stream.size(); at += size) take(reader.feed(stream.substr(at, size)));
    EXPECT_EQ(events.size(), 2U) << size;
    take(reader.finish());
    ASSERT_EQ(events.size(), 3U) << size;
    EXPECT_EQ(events[0].data, "one");
    EXPECT_EQ(events[1].event, "x");
    EXPECT_EQ(events[1].data, "two\nlines");
    EXPECT_EQ(events[2].data, "last");
  }
}

}  // namespace
}  // namespace geminate::ui
