#include "backend/proxy/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "backend/auth/memory_token_store.h"
#include "backend/keys/memory_key_store.h"
#include "backend/proxy/chat_completions.h"
#include "backend/proxy/native_gemini.h"
#include "tests/support/epoll_loop.h"

namespace geminate::proxy {
namespace {

constexpr const char* kToken = "exchange-test-token-0123";

/// Takes calls and answers them when the test says so.
class FakeCaller final : public upstream::UpstreamCaller {
 public:
  struct Call {
    std::string head;
    std::string body;
    upstream::CallObserver* observer = nullptr;
    bool cancelled = false;
    bool paused = false;
  };

  upstream::CallId start(const upstream::Target&, const upstream::CallRequest& request,
                         upstream::CallObserver& observer) override {
    calls.push_back({std::string(request.head), std::string(request.body), &observer, false, false});
    return {static_cast<std::uint32_t>(calls.size() - 1), 0};
  }
  void cancel(upstream::CallId call) override { calls[call.index].cancelled = true; }
  void pause(upstream::CallId call) override { calls[call.index].paused = true; }
  void resume(upstream::CallId call) override { calls[call.index].paused = false; }

  void answer_head(std::uint16_t status, std::string_view content_type = "application/json") {
    upstream::AnswerHead head;
    head.status = status;
    head.fields = {{"content-type", content_type}};
    calls.back().observer->on_head(head);
  }
  void answer(std::uint16_t status, std::string_view body,
              std::string_view content_type = "application/json") {
    // The observer outlives its own last callback: the exchange ends at the turn's end.
    auto* observer = calls.back().observer;
    answer_head(status, content_type);
    if (!body.empty()) observer->on_body(body);
    observer->on_done();
  }

  std::vector<Call> calls;
};

class FakeSink final : public http::ResponseSink {
 public:
  explicit FakeSink(reactor::EventLoop& event_loop) : loop_(event_loop) {}

  void observe(http::ResponseObserver* observer) override { observer_ = observer; }
  void send(const http::ResponseHead& head, std::string_view body) override {
    ASSERT_FALSE(finished);
    status = head.status;
    fields = head.extra;
    text = std::string(body);
    finished = true;
  }
  void begin_stream(const http::ResponseHead& head, std::optional<std::uint64_t>) override {
    ASSERT_FALSE(finished);
    status = head.status;
    fields = head.extra;
  }
  http::WriteResult write(std::string_view bytes) override {
    EXPECT_FALSE(finished);
    text.append(bytes);
    return full ? http::WriteResult::Full : http::WriteResult::More;
  }
  void end() override {
    ASSERT_FALSE(finished);
    finished = true;
  }
  void abort() override {
    ASSERT_FALSE(finished);
    finished = aborted = true;
  }
  reactor::EventLoop& loop() override { return loop_; }

  void leave() { observer_->on_client_gone(); }
  void drain() { observer_->on_drained(); }

  int status = 0;
  std::string fields;
  std::string text;
  bool finished = false;
  bool aborted = false;
  bool full = false;

 private:
  reactor::EventLoop& loop_;
  http::ResponseObserver* observer_ = nullptr;
};

observe::LogOptions quiet() {
  observe::LogOptions options;
  options.level = observe::Level::Error;
  return options;
}

class ExchangeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(pool_.load().ok());
    ASSERT_TRUE(authenticator_.load().ok());
  }

  static http::HttpRequest request(std::string_view target) {
    http::HttpRequest made;
    made.head_ = "POST" + std::string(target);
    made.method_ = {0, 4};
    made.target_ = {4, static_cast<std::uint32_t>(target.size())};
    made.body_ = R"({"contents":[]})";
    return made;
  }
  void begin_native(std::string_view target = "/v1beta/models/m:streamGenerateContent?alt=sse") {
    auto made = request(target);
    auto plan = plan_native(made, Dialect::Gemini);
    ASSERT_TRUE(plan.ok());
    auto pass = authenticator_.admit(kToken, now());
    ASSERT_TRUE(pass.ok());
    Exchange::begin(context_, std::move(made), sink_, std::move(pass).value(), "id-1",
                    std::move(plan).value());
  }
  /// Until what was deferred has been done.
  void turn() { loop_.run_for(std::chrono::milliseconds{1}); }
  std::int64_t tokens_used() { return pool_.list(now())[0].current_tokens_used_today; }

  test::EpollLoop loop_;
  FakeCaller caller_;
  FakeSink sink_{loop_};
  keys::MemoryKeyStore store_{{Secret("first-key-aaaa"), Secret("other-key-bbbb")}};
  keys::KeyPool pool_{store_};
  auth::MemoryTokenStore token_store_;
  auth::Authenticator authenticator_{token_store_, {Secret(kToken)}};
  observe::Metrics metrics_{1};
  observe::Log log_{quiet()};
  UpstreamSettings settings_{upstream::GeminiProtocol(upstream::parse_base_url("http://127.0.0.1:1").value()),
                             {},
                             std::chrono::seconds{600}};
  ExchangeContext context_{loop_, caller_, pool_, metrics_.worker(0), log_, settings_};
};

TEST_F(ExchangeTest, SendsNothingToTheClientBeforeTheFirstGoodByte) {
  begin_native();
  caller_.answer_head(200, "text/event-stream");
  EXPECT_EQ(sink_.status, 0);
  caller_.calls.back().observer->on_body("data: {\"candidates\":[]}\n\n");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_NE(sink_.fields.find("x-request-id: id-1"), std::string::npos);
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

TEST_F(ExchangeTest, LearnsOfAQuotaFromAnEventAfterTheFirstByte) {
  auto made = request("/v1/chat/completions");
  made.body_ = R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]})";
  auto plan = plan_chat_completions(made, "id-1", now());
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
