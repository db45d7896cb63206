#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "backend/auth/memory_token_store.h"
#include "backend/keys/memory_key_store.h"
#include "backend/proxy/chat_completions.h"
#include "backend/proxy/exchange.h"
#include "backend/proxy/native_gemini.h"
#include "tests/support/epoll_loop.h"

namespace geminate::proxy {

inline constexpr const char* kToken = "exchange-test-token-0123";

/// Takes calls and answers them when the test says so.
class FakeCaller final : public upstream::UpstreamCaller {
 public:
  struct Call {
    std::string head;
    std::string body;
    upstream::CallObserver* observer = nullptr;
    bool cancelled = false;
    bool paused = false;
    /// The proxy's host; empty for none.
    std::string way;
  };

  upstream::CallId start(const upstream::Target& target, const upstream::CallRequest& request,
                         upstream::CallObserver& observer) override {
    calls.push_back({std::string(request.head), std::string(request.body), &observer, false, false,
                     target.proxy == nullptr ? std::string() : target.proxy->host});
    return {static_cast<std::uint32_t>(calls.size() - 1), 0};
  }
  void cancel(upstream::CallId call) override { calls[call.index].cancelled = true; }
  void pause(upstream::CallId call) override { calls[call.index].paused = true; }
  void resume(upstream::CallId call) override { calls[call.index].paused = false; }

  void answer_head(std::uint16_t status, std::string_view content_type = "application/json",
                   std::string_view retry_after = {}) {
    upstream::AnswerHead head;
    head.status = status;
    head.fields = {{"content-type", content_type}};
    if (!retry_after.empty()) head.fields.push_back({"retry-after", retry_after});
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
  /// For the next request.
  void reset() {
    status = 0;
    fields.clear();
    text.clear();
    finished = aborted = full = false;
    observer_ = nullptr;
  }

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

inline observe::LogOptions quiet() {
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
    made.set_target({4, static_cast<std::uint32_t>(target.size())});
    made.body_ = R"({"contents":[]})";
    return made;
  }
  static constexpr std::string_view kStreamTarget = "/v1beta/models/m:streamGenerateContent?alt=sse";
  void begin_native(std::string_view target = kStreamTarget) { begin_native(target, sink_); }
  void begin_native(std::string_view target, FakeSink& sink) {
    auto made = request(target);
    auto plan = plan_native(made, Dialect::Gemini);
    ASSERT_TRUE(plan.ok());
    auto pass = authenticator_.admit(kToken, now());
    ASSERT_TRUE(pass.ok());
    Exchange::begin(context_, std::move(made), sink, std::move(pass).value(), "id-1",
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
  EgressBreakers breakers_{3, 1};
  EgressBreaker& breaker_ = breakers_.of(0);
  ExchangeContext context_{loop_, caller_, pool_, metrics_.worker(0), log_, breakers_, settings_};
};

}  // namespace geminate::proxy
