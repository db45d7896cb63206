// Anthropic's dialect through the built server, as a client without its package speaks it.
#include <string>

#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

class Messages : public test::ServedBySimulator {
 protected:
  void TearDown() override {
    if (!simulator_) return;
    for (const auto& violation : simulator_->stats().violations) ADD_FAILURE() << violation;
  }

  test::PlainAnswer ask_messages(const std::string& fields, const std::string& path = "/v1/messages") {
    const std::string head =
        "Content-Type: application/json\r\nanthropic-version: 2023-06-01\r\nx-api-key: " +
        std::string(test::ServerProcess::kToken) + "\r\n";
    const auto answer = test::ask(
        server_->port(), "POST", path, head,
        R"({"model":"gemini-2.5-flash",)" + fields + R"("messages":[{"role":"user","content":"Hello"}]})");
    EXPECT_TRUE(answer) << "no answer\n" << server_->log();
    return answer.value_or(test::PlainAnswer{});
  }
};

TEST_F(Messages, AreAnsweredWholeAndStreamed) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto whole = ask_messages(R"("max_tokens":100,)");
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_NE(whole.body.find(R"("type":"message")"), std::string::npos);
  EXPECT_NE(whole.body.find(R"("stop_reason":"end_turn")"), std::string::npos);
  EXPECT_EQ(whole.fields.at("request-id"), whole.fields.at("x-request-id"));
  const auto streamed = ask_messages(R"("max_tokens":100,"stream":true,)");
  EXPECT_EQ(streamed.fields.at("content-type").substr(0, 17), "text/event-stream");
  EXPECT_EQ(streamed.body.find("event: message_start\n"), 0U) << streamed.body;
  EXPECT_NE(streamed.body.find("event: message_stop\n"), std::string::npos);
  EXPECT_GT(key_ending_in("aaaa").current_tokens_used_today, 0);
}

TEST_F(Messages, CountTheirTokensWithoutSpendingAny) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto count = ask_messages("", "/v1/messages/count_tokens");
  EXPECT_EQ(count.status, 200) << count.body;
  EXPECT_EQ(count.body.find(R"({"input_tokens":)"), 0U) << count.body;
}

TEST_F(Messages, AreRefusedInTheirOwnShapeBeforeAKeyIsAsked) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto refused = ask_messages("");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find(R"("type":"invalid_request_error","message":"max_tokens is missing")"),
            std::string::npos)
      << refused.body;
  EXPECT_NE(refused.body.find("\"request_id\":\"" + refused.fields.at("x-request-id") + "\""),
            std::string::npos);
  EXPECT_TRUE(simulator_->requests().empty());
}

TEST_F(Messages, SayThatEveryKeyRestsAsALimitOfTheirs) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_key("first-key-aaaa", "429,retry_ms=50000");
  const auto limited = ask_messages(R"("max_tokens":100,)");
  EXPECT_EQ(limited.status, 429);
  EXPECT_NE(limited.body.find("rate_limit_error"), std::string::npos) << limited.body;
  EXPECT_GT(std::stoi(limited.fields.at("retry-after")), 0);
}

}  // namespace
}  // namespace geminate
