#include "backend/proxy/key_check.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "backend/keys/memory_key_store.h"
#include "tests/support/epoll_loop.h"

namespace geminate::proxy {
namespace {

constexpr const char* kKey = "checked-key-aaaa";
constexpr const char* kModels = R"({"models":[{"name":"models/m"}]})";
constexpr const char* kInvalid =
    R"({"error":{"code":400,"message":"API key not valid: checked-key-aaaa","status":"INVALID_ARGUMENT","details":[
       {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})";
constexpr const char* kDisabled =
    R"({"error":{"code":403,"message":"x","status":"PERMISSION_DENIED","details":[
       {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"}]}})";
constexpr const char* kSpent =
    R"({"error":{"code":429,"message":"retry in 12.5s","status":"RESOURCE_EXHAUSTED"}})";

/// Takes calls and answers them when the test says so.
class HeldCalls final : public upstream::UpstreamCaller {
 public:
  struct Call {
    std::string head;
    upstream::Deadlines deadlines;
    upstream::CallObserver* observer;
    bool cancelled = false;
  };
  upstream::CallId start(const upstream::Target&, const upstream::CallRequest& request,
                         upstream::CallObserver& observer) override {
    calls.push_back({std::string(request.head), request.deadlines, &observer});
    return {static_cast<std::uint32_t>(calls.size() - 1), 0};
  }
  void cancel(upstream::CallId call) override { calls[call.index].cancelled = true; }
  void pause(upstream::CallId) override {}
  void resume(upstream::CallId) override {}

  void answer(std::uint16_t status, std::string_view body) {
    auto* observer = calls.back().observer;
    upstream::AnswerHead head;
    head.status = status;
    observer->on_head(head);
    observer->on_body(body);
    observer->on_done();
  }

  std::vector<Call> calls;
};

class Listener final : public keys::KeyEventListener {
 public:
  void on_key_event(const keys::KeyEvent& event) override { events.push_back(event); }
  std::vector<keys::KeyEvent> events;
};

class KeyChecksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(pool_.load().ok());
    pool_.set_listener(&listener_);
    id_ = pool_.list(now())[0].id;
  }
  void begin(std::int64_t id) {
    checks_->check(id, "check-1", [this](const KeyCheckOutcome& outcome) { outcome_ = outcome; });
  }
  KeyCheckOutcome answered(std::uint16_t status, std::string_view body) {
    outcome_.reset();
    begin(id_);
    caller_.answer(status, body);
    loop_.run_for(std::chrono::milliseconds{1});
    EXPECT_TRUE(outcome_);
    return outcome_.value_or(KeyCheckOutcome{});
  }
  KeyState state() { return pool_.list(now())[0].state; }

  test::EpollLoop loop_;
  HeldCalls caller_;
  keys::MemoryKeyStore store_{{Secret(kKey)}};
  keys::KeyPool pool_{store_};
  Listener listener_;
  observe::Metrics metrics_{1};
  UpstreamSettings settings_{upstream::GeminiProtocol(upstream::parse_base_url("http://127.0.0.1:1").value()),
                             {},
                             std::chrono::seconds{600}};
  std::unique_ptr<KeyChecks> checks_ =
      std::make_unique<KeyChecks>(loop_, caller_, pool_, metrics_.worker(0), settings_);
  std::int64_t id_ = 0;
  std::optional<KeyCheckOutcome> outcome_;
};

TEST_F(KeyChecksTest, AskForTheListOfModelsWithTheKeyAndADeadline) {
  begin(id_);
  ASSERT_EQ(caller_.calls.size(), 1U);
  const auto& call = caller_.calls[0];
  EXPECT_EQ(call.head.substr(0, 35), "GET /v1beta/models?pageSize=1 HTTP/");
  EXPECT_NE(call.head.find(std::string("x-goog-api-key: ") + kKey), std::string::npos) << call.head;
  EXPECT_EQ(call.deadlines.total, std::chrono::seconds{15});
  EXPECT_LE(call.deadlines.first_byte, call.deadlines.total);
  EXPECT_FALSE(outcome_);
}

TEST_F(KeyChecksTest, FindAKeyValidThatUpstreamAccepts) {
  const auto outcome = answered(200, kModels);
  EXPECT_EQ(outcome.verdict, CheckVerdict::Valid);
  EXPECT_EQ(outcome.http_status, 200);
  EXPECT_EQ(state(), KeyState::Ready);
  EXPECT_TRUE(listener_.events.empty()) << "nothing has changed";
}

TEST_F(KeyChecksTest, TakeAnInvalidKeyOutOfUseWithEvidenceAndWithoutItsText) {
  EXPECT_EQ(answered(400, kInvalid).verdict, CheckVerdict::Dead);
  EXPECT_EQ(state(), KeyState::Dead);
  ASSERT_EQ(listener_.events.size(), 1U);
  const auto& event = listener_.events[0];
  EXPECT_EQ(event.request_id, "check-1");
  EXPECT_EQ(event.http_status, 400);
  EXPECT_NE(event.excerpt.find("API key not valid"), std::string::npos);
  EXPECT_EQ(event.excerpt.find(kKey), std::string::npos) << event.excerpt;
}

TEST_F(KeyChecksTest, ReviveADeadKeyThatUpstreamAcceptsAgain) {
  answered(400, kInvalid);
  EXPECT_EQ(answered(200, kModels).verdict, CheckVerdict::Valid);
  EXPECT_EQ(state(), KeyState::Ready);
  ASSERT_EQ(listener_.events.size(), 2U);
  EXPECT_EQ(listener_.events[1].verdict, keys::VerdictKind::Fine);
}

TEST_F(KeyChecksTest, MakeARefusedKeyASuspect) {
  EXPECT_EQ(answered(403, kDisabled).verdict, CheckVerdict::Suspect);
  EXPECT_EQ(state(), KeyState::Suspect);
}

TEST_F(KeyChecksTest, BenchNobodyBecauseTheListingIsLimited) {
  EXPECT_EQ(answered(429, kSpent).verdict, CheckVerdict::Limited);
  EXPECT_EQ(state(), KeyState::Ready);
}

TEST_F(KeyChecksTest, ProveNothingByAFaultOfUpstreamsOrByAPageOfSomebodyElses) {
  answered(400, kInvalid);
  EXPECT_EQ(answered(503, "{}").verdict, CheckVerdict::Unknown);
  EXPECT_EQ(answered(200, "<html>Please log in</html>").verdict, CheckVerdict::Unknown);
  EXPECT_EQ(answered(302, "").verdict, CheckVerdict::Unknown);
  begin(id_);
  caller_.calls.back().observer->on_failed({upstream::FailureKind::ConnectTimeout, "x", false});
  EXPECT_EQ(outcome_->verdict, CheckVerdict::Unknown);
  EXPECT_EQ(outcome_->http_status, 0);
  EXPECT_EQ(state(), KeyState::Dead) << "it stays what it was";
}

TEST_F(KeyChecksTest, SayThatADeletedKeyIsGone) {
  begin(id_ + 1);
  ASSERT_TRUE(outcome_);
  EXPECT_EQ(outcome_->verdict, CheckVerdict::Unknown);
  EXPECT_TRUE(caller_.calls.empty());
}

TEST_F(KeyChecksTest, CancelTheirCallsWhenTheyEnd) {
  begin(id_);
  checks_.reset();
  EXPECT_TRUE(caller_.calls[0].cancelled);
  EXPECT_FALSE(outcome_);
}

TEST_F(KeyChecksTest, CountWhatTheyProved) {
  answered(200, kModels);
  answered(400, kInvalid);
  const auto text = metrics_.render();
  EXPECT_NE(text.find("geminate_key_checks_total{result=\"valid\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("geminate_key_checks_total{result=\"dead\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace geminate::proxy
