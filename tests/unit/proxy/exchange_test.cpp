#include "tests/unit/proxy/exchange_fixture.h"

#include <algorithm>

#include "backend/usage/memory_usage_store.h"
#include "backend/usage/recorder.h"
#include "backend/usage/request_search.h"

namespace geminate::proxy {
namespace {

TEST_F(ExchangeTest, SendsNothingToTheClientBeforeTheFirstGoodByte) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  EXPECT_EQ(sink_.status, 0);
  caller_.calls.back().observer->on_body("data: {\"candidates\":[]}\n\n");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_NE(sink_.fields.find("x-request-id: id-1"), std::string::npos);
}

TEST_F(ExchangeTest, HandsOverARecordOfTheRequestWhenItHasEnded) {
  usage::MemoryUsageStore kept;
  usage::Recorder recorder(kept, {}, {});
  ASSERT_TRUE(recorder.start().ok());
  context_.usage = &recorder.worker(0);
  begin_native();
  caller_.answer(429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"retry in 30s"}})");
  turn();
  ASSERT_EQ(caller_.calls.size(), 2U);
  const std::string answer =
      "data: "
      "{\"usageMetadata\":{\"promptTokenCount\":30,\"cachedContentTokenCount\":20,\"candidatesTokenCount\":5,"
      "\"thoughtsTokenCount\":7,\"totalTokenCount\":42}}\n\n";
  caller_.answer(200, answer, "text/event-stream");
  begin_native();
  sink_.leave();
  recorder.flush();
  const auto found = usage::search_requests(kept, {}, std::nullopt, 10);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->records.size(), 2U);
  const auto& left = found->records[0];
  EXPECT_EQ(left.outcome, RequestOutcome::ClientGone);
  EXPECT_EQ(left.status, 499);
  const auto& served = found->records[1];
  EXPECT_EQ(served.outcome, RequestOutcome::Served);
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.model.view(), "m");
  EXPECT_EQ(served.route, RequestRoute::StreamGenerate);
  EXPECT_TRUE(served.streamed);
  EXPECT_EQ(served.input_tokens, 30U);
  EXPECT_EQ(served.output_tokens, 12U);
  EXPECT_EQ(served.cached_tokens, 20U);
  EXPECT_EQ(served.thought_tokens, 7U);
  EXPECT_EQ(served.total_tokens, 42U);
  EXPECT_EQ(served.bytes_out, answer.size());
  ASSERT_EQ(served.attempts.size(), 2U);
  EXPECT_EQ(served.attempts[0].verdict, TriedVerdict::Limited);
  EXPECT_EQ(served.attempts[0].upstream_status, 429);
  EXPECT_NE(served.attempts[0].key_id, served.attempts[1].key_id);
  EXPECT_EQ(served.attempts[1].verdict, TriedVerdict::Fine);
  context_.usage = nullptr;
}

TEST_F(ExchangeTest, SettlesWithTheUsageThatUpstreamReports) {
  begin_native();
  caller_.answer(200, "data: {\"usageMetadata\":{\"promptTokenCount\":3,\"totalTokenCount\":42}}\n\n",
                 "text/event-stream");
  EXPECT_TRUE(sink_.finished);
  std::int64_t used = 0;
  for (const auto& key : pool_.list(now())) used += key.current_tokens_used_today;
  EXPECT_EQ(used, 42);
  turn();
  EXPECT_TRUE(context_.in_flight.empty());
}

TEST_F(ExchangeTest, GoesOnWithTheOtherKeyAfterAQuotaVerdict) {
  begin_native();
  caller_.answer(429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"x","details":[
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"36s"}]}})");
  turn();
  ASSERT_EQ(caller_.calls.size(), 2U);
  EXPECT_NE(caller_.calls[0].head, caller_.calls[1].head);
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(sink_.status, 200);
}

TEST_F(ExchangeTest, TakesAnErrorInsideA200ForWhatItIs) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  auto* observer = caller_.calls.back().observer;
  observer->on_body(R"(data: {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"retry in 12.5s"}})"
                    "\n\n");
  turn();
  EXPECT_EQ(caller_.calls.size(), 2U) << "another key";
  EXPECT_TRUE(caller_.calls[0].cancelled);
  EXPECT_EQ(sink_.status, 0);
}

TEST_F(ExchangeTest, NeverRetriesAfterTheFirstByte) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  auto* observer = caller_.calls.back().observer;
  observer->on_body("data: {\"candidates\":[]}\n\n");
  observer->on_failed({upstream::FailureKind::Broken, "cut", true});
  EXPECT_TRUE(sink_.finished);
  EXPECT_NE(sink_.text.find("\"error\""), std::string::npos);
  turn();
  EXPECT_EQ(caller_.calls.size(), 1U);
}

TEST_F(ExchangeTest, CutsAnAnswerThatHasNoPlaceForAnError) {
  begin_native("/v1beta/models/m:generateContent");
  caller_.answer_head(200);
  auto* observer = caller_.calls.back().observer;
  observer->on_body("{\"candidates\":");
  observer->on_failed({upstream::FailureKind::Broken, "cut", true});
  EXPECT_TRUE(sink_.aborted);
}

TEST_F(ExchangeTest, PausesUpstreamWhileTheClientLags) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  sink_.full = true;
  caller_.calls.back().observer->on_body("data: {\"candidates\":[]}\n\n");
  EXPECT_TRUE(caller_.calls.back().paused);
  sink_.full = false;
  sink_.drain();
  EXPECT_FALSE(caller_.calls.back().paused);
}

TEST_F(ExchangeTest, CancelsUpstreamWhenTheClientLeaves) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  sink_.leave();
  EXPECT_TRUE(caller_.calls.back().cancelled);
  turn();
  EXPECT_TRUE(context_.in_flight.empty());
}

TEST_F(ExchangeTest, SurvivesAClientThatLeavesBetweenTwoAttempts) {
  begin_native();
  caller_.answer(429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"retry in 12.5s"}})");
  sink_.leave();
  turn();
  EXPECT_EQ(caller_.calls.size(), 1U);
  EXPECT_TRUE(context_.in_flight.empty());
}

TEST_F(ExchangeTest, TriesAnOverloadedUpstreamAgainWithAnyKey) {
  begin_native();
  caller_.answer(503, "{}");
  EXPECT_EQ(caller_.calls.size(), 1U) << "not at once";
  EXPECT_TRUE(loop_.run_until([&] { return caller_.calls.size() == 2; }));
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(sink_.status, 200);
}

TEST_F(ExchangeTest, LeavesAnUpstreamAloneThatAsksForALongPause) {
  begin_native();
  auto* observer = caller_.calls.back().observer;
  caller_.answer_head(503, "application/json", "60");
  observer->on_done();
  EXPECT_EQ(sink_.status, 503);
  EXPECT_NE(sink_.fields.find("retry-after: 60\r\n"), std::string::npos) << sink_.fields;
  EXPECT_EQ(caller_.calls.size(), 1U);
}

TEST_F(ExchangeTest, EndsAtItsDeadlineWhateverUpstreamDoes) {
  settings_.request_timeout = std::chrono::milliseconds{50};
  begin_native();
  EXPECT_TRUE(loop_.run_until([&] { return sink_.finished; }));
  EXPECT_EQ(sink_.status, 504);
  EXPECT_TRUE(caller_.calls.back().cancelled);
}

TEST_F(ExchangeTest, NeverPassesAPagesRefusalOnAsIfItWereAboutTheClient) {
  for (int i = 0; i < 40; ++i) context_.budget.take();
  begin_native();
  caller_.answer(403, "<html><title>Error 403 (Forbidden)!!1</title></html>", "text/html");
  EXPECT_EQ(sink_.status, 502);
  EXPECT_EQ(sink_.text.find("<html>"), std::string::npos) << sink_.text;
  for (const auto& key : pool_.list(now())) EXPECT_EQ(key.state, KeyState::Ready);
}

TEST_F(ExchangeTest, LetsAQuotaRestUntilTheDateInTheHead) {
  begin_native();
  upstream::AnswerHead head;
  head.status = 429;
  head.fields = {{"content-type", "application/json"},
                 {"date", "Fri, 27 Nov 2026 08:00:10 GMT"},
                 {"retry-after", "Fri, 27 Nov 2026 08:01:50 GMT"}};
  auto* observer = caller_.calls.back().observer;
  observer->on_head(head);
  observer->on_body(R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"spent"}})");
  observer->on_done();
  turn();
  int cooling = 0;
  for (const auto& key : pool_.list(now())) {
    if (key.state != KeyState::Cooling) continue;
    ++cooling;
    EXPECT_LE(*key.state_until - now().wall, std::chrono::seconds{100});
    EXPECT_GT(*key.state_until - now().wall, std::chrono::seconds{60}) << "longer than without a word of it";
  }
  EXPECT_EQ(cooling, 1);
}

TEST_F(ExchangeTest, LearnsOfAQuotaFromAnEventAfterTheFirstByte) {
  auto made = request("/v1/chat/completions");
  made.body_ = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]})";
  SignatureMemory signatures;
  const Now asked = now();
  auto plan = plan_chat_completions(made, {"id-1", asked, 1, signatures});
  ASSERT_TRUE(plan.ok());
  auto pass = authenticator_.admit(kToken, now());
  ASSERT_TRUE(pass.ok());
  Exchange::begin(context_, std::move(made), sink_, std::move(pass).value(), "id-1", std::move(plan).value());
  caller_.answer_head(200, "text/event-stream");
  auto* observer = caller_.calls.back().observer;
  observer->on_body(R"(data: {"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"},"index":0}]})"
                    "\n\n");
  EXPECT_EQ(sink_.status, 200);
  observer->on_body(R"(data: {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"retry in 12.5s"}})"
                    "\n\n");
  EXPECT_TRUE(sink_.finished);
  EXPECT_EQ(caller_.calls.size(), 1U);
  const auto keys = pool_.list(now());
  EXPECT_EQ(
      std::count_if(keys.begin(), keys.end(), [](const auto& key) { return key.state == KeyState::Cooling; }),
      1);
}

TEST_F(ExchangeTest, LearnsOfAQuotaFromAnEventThatWasPassedOn) {
  constexpr std::string_view kGood = "data: {\"candidates\":[{}]}\n\n";
  constexpr std::string_view kBad =
      "data: {\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"retry in 12.5s\"}}\n\n";
  // However the stream ends after it: as it should, by breaking off, by the client's leaving.
  for (const int ending : {0, 1}) {
    sink_.reset();
    begin_native();
    caller_.answer_head(200, "text/event-stream");
    auto* observer = caller_.calls.back().observer;
    observer->on_body(kGood);
    observer->on_body(kBad);
    EXPECT_EQ(sink_.text, std::string(kGood) + std::string(kBad)) << "bytes pass as they come";
    if (ending == 0) observer->on_done();
    if (ending == 1) sink_.leave();
    turn();
    const auto keys = pool_.list(now());
    EXPECT_EQ(std::count_if(keys.begin(), keys.end(),
                            [](const auto& key) { return key.state == KeyState::Cooling; }),
              ending + 1)
        << "another key each time";
  }
  EXPECT_EQ(caller_.calls.size(), 2U) << "nothing is tried again";
}

TEST_F(ExchangeTest, LearnsOfAQuotaBeforeAStreamBrokeOff) {
  begin_native("/v1beta/models/m:streamGenerateContent");
  caller_.answer_head(200, "application/json");
  auto* observer = caller_.calls.back().observer;
  observer->on_body("[{\"candidates\":[{}]},\n{\"error\":{\"code\":429,\"message\":\"retry in 12.5s\"}}");
  observer->on_failed({upstream::FailureKind::Broken, "reset"});
  EXPECT_TRUE(sink_.aborted);
  const auto keys = pool_.list(now());
  EXPECT_EQ(
      std::count_if(keys.begin(), keys.end(), [](const auto& key) { return key.state == KeyState::Cooling; }),
      1);
}

TEST_F(ExchangeTest, TakesTheErrorOfAnOperationForWhatItIs) {
  begin_native("/v1beta/models/m:generateContent");
  caller_.answer(200, R"({"done":true,"error":{"code":8,"status":"RESOURCE_EXHAUSTED","message":"x"}})");
  for (const auto& key : pool_.list(now())) EXPECT_EQ(key.state, KeyState::Ready);
}

TEST_F(ExchangeTest, ScrubsOurKeyFromWhatUpstreamSays) {
  begin_native();
  const auto& head = caller_.calls.back().head;
  const std::string key =
      head.find("first-key-aaaa") != std::string::npos ? "first-key-aaaa" : "other-key-bbbb";
  caller_.answer(
      400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"bad request of )" + key + "\"}}");
  EXPECT_EQ(sink_.status, 400);
  EXPECT_EQ(sink_.text.find(key), std::string::npos) << sink_.text;
}

}  // namespace
}  // namespace geminate::proxy
