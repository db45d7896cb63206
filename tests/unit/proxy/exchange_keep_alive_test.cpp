#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "backend/proxy/signature_memory.h"
#include "tests/unit/proxy/exchange_fixture.h"

namespace geminate::proxy {
namespace {

constexpr std::string_view kGood =
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"late\"}]},\"finishReason\":\"STOP\"}]}\n\n";

class KeepAliveTest : public ExchangeTest {
 protected:
  KeepAliveTest() { settings_.keep_alive = std::chrono::milliseconds{5}; }

  void begin_chat(bool stream) {
    auto made = request("/v1/chat/completions");
    made.body_ = std::string(R"({"model":"m","messages":[{"role":"user","content":"x"}],"stream":)") +
                 (stream ? "true}" : "false}");
    const Now asked = now();
    auto plan = plan_chat_completions(made, {"id-1", asked, 1, signatures_});
    ASSERT_TRUE(plan.ok());
    auto pass = authenticator_.admit(kToken, now());
    ASSERT_TRUE(pass.ok());
    Exchange::begin(context_, std::move(made), sink_, std::move(pass).value(), "id-1",
                    std::move(plan).value());
  }
  void wait_for(std::string_view text) {
    for (int i = 0; i < 5000 && sink_.text.find(text) == std::string::npos; ++i) turn();
    ASSERT_NE(sink_.text.find(text), std::string::npos) << sink_.text;
  }
  void wait_for_calls(std::size_t count) {
    for (int i = 0; i < 5000 && caller_.calls.size() < count; ++i) turn();
    ASSERT_EQ(caller_.calls.size(), count);
  }

  SignatureMemory signatures_;
};

TEST_F(KeepAliveTest, ASilentStreamSaysThatItLivesBeforeItsFirstByte) {
  begin_chat(true);
  wait_for(": keep-alive\n\n");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_NE(sink_.fields.find("x-request-id: id-1"), std::string::npos);
  caller_.answer(200, kGood, "text/event-stream");
  EXPECT_TRUE(sink_.finished);
  EXPECT_NE(sink_.text.find("\"content\":\"late\""), std::string::npos);
  EXPECT_NE(sink_.text.find("data: [DONE]"), std::string::npos);
}

TEST_F(KeepAliveTest, AStreamThatFallsSilentInItsMiddleSaysThatItLives) {
  begin_chat(true);
  caller_.answer_head(200, "text/event-stream");
  caller_.calls.back().observer->on_body(
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"soon\"}]}}]}\n\n");
  const std::size_t said = sink_.text.size();
  for (int i = 0; i < 5000 && sink_.text.size() == said; ++i) turn();
  EXPECT_EQ(sink_.text.substr(said, 14), ": keep-alive\n\n");
  sink_.leave();
}

TEST_F(KeepAliveTest, AnotherKeyStillAnswersAfterASignOfLife) {
  begin_chat(true);
  wait_for(": keep-alive\n\n");
  caller_.answer(429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"retry in 12.5s"}})");
  wait_for_calls(2);
  caller_.answer(200, kGood, "text/event-stream");
  EXPECT_TRUE(sink_.finished);
  EXPECT_EQ(sink_.text.find("error"), std::string::npos);
  EXPECT_NE(sink_.text.find("\"content\":\"late\""), std::string::npos);
}

TEST_F(KeepAliveTest, AFailureAfterASignOfLifeIsOneEvent) {
  begin_chat(true);
  wait_for(": keep-alive\n\n");
  caller_.answer(400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"no such thing"}})");
  EXPECT_TRUE(sink_.finished);
  EXPECT_EQ(sink_.status, 200);
  EXPECT_NE(sink_.text.find("data: {\"error\":{\"message\":\"no such thing\""), std::string::npos)
      << sink_.text;
}

TEST_F(KeepAliveTest, AnswersInOnePieceAndNativeOnesStaySilent) {
  begin_chat(false);
  for (int i = 0; i < 20; ++i) turn();
  EXPECT_EQ(sink_.status, 0);
  sink_.leave();
  turn();
  sink_.reset();
  begin_native();
  for (int i = 0; i < 20; ++i) turn();
  EXPECT_EQ(sink_.status, 0);
  sink_.leave();
}

TEST_F(KeepAliveTest, ACallsSignatureComesBackForAClientThatDroppedIt) {
  begin_chat(false);
  caller_.answer(200,
                 R"({"candidates":[{"content":{"parts":[{"functionCall":{"id":"c1","name":"f","args":{}},)"
                 R"("thoughtSignature":"U0lHTg=="}]},"finishReason":"STOP"}]})");
  turn();
  sink_.reset();
  auto made = request("/v1/chat/completions");
  made.body_ =
      R"({"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"c1",)"
      R"("type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"y"}]})";
  const Now asked = now();
  auto plan = plan_chat_completions(made, {"id-2", asked, 1, signatures_});
  ASSERT_TRUE(plan.ok());
  EXPECT_NE(plan->body->find(R"("thoughtSignature":"U0lHTg==")"), std::string::npos) << *plan->body;
  auto of_another = plan_chat_completions(made, {"id-3", asked, 2, signatures_});
  ASSERT_TRUE(of_another.ok());
  EXPECT_EQ(of_another->body->find("thoughtSignature"), std::string::npos);
}

}  // namespace
}  // namespace geminate::proxy
