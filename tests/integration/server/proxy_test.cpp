#include <string>

#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

class Proxy : public test::ServedBySimulator {
 protected:
  void TearDown() override {
    if (!simulator_) return;
    for (const auto& violation : simulator_->stats().violations) ADD_FAILURE() << violation;
  }
};

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kChatHello =
    R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":"Hello"}]})";

TEST_F(Proxy, AnswersTheNativeDialectAndCountsTheTokens) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto answer = generate();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.body.find("usageMetadata"), std::string::npos);
  EXPECT_FALSE(answer.fields.at("x-request-id").empty());
  const auto key = key_ending_in("aaaa");
  EXPECT_GT(key.current_tokens_used_today, 0);
  EXPECT_TRUE(key.last_used_at);
  const auto seen = simulator_->requests();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].key, "first-key-aaaa");
  EXPECT_EQ(seen[0].header("authorization"), "");
}

TEST_F(Proxy, StreamsTheNativeDialectAsEventsAndAsAnArray) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto events = generate(kStream);
  EXPECT_EQ(events.status, 200);
  EXPECT_EQ(events.fields.at("content-type").substr(0, 17), "text/event-stream");
  EXPECT_EQ(events.body.substr(0, 6), "data: ");
  const auto array = generate("/v1beta/models/gemini-2.5-flash:streamGenerateContent");
  EXPECT_EQ(array.status, 200);
  EXPECT_EQ(array.body.front(), '[');
}

TEST_F(Proxy, TakesTheTokenFromTheQueryAndNeverSendsItOn) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto answer = test::ask(server_->port(), "POST",
                                std::string(kGenerate) + "?key=" + test::ServerProcess::kToken + "&x=%20y",
                                "Content-Type: application/json\r\n", kHello);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(simulator_->requests().at(0).target, std::string(kGenerate) + "?x=%20y");
}

TEST_F(Proxy, GoesOnWithAnotherKeyWhenOneIsLimitedAndRestsItForJustThatLong) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa,other-key-bbbb"}});
  simulator_->script_key("first-key-aaaa", "429,retry_ms=30000");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(generate().status, 200);
  EXPECT_EQ(simulator_->stats().requests_by_key["first-key-aaaa"], 1U);
  const auto key = key_ending_in("aaaa");
  EXPECT_EQ(key.state, KeyState::Cooling);
  ASSERT_EQ(key.cooldowns.size(), 1U);
  const auto left = key.cooldowns[0].until - now().wall;
  EXPECT_LE(left, std::chrono::seconds{31});
  EXPECT_GT(left, std::chrono::seconds{10});
}

TEST_F(Proxy, AnswersWithTheEarliestReturnWhenEveryKeyRests) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa,other-key-bbbb"}});
  simulator_->script_key("first-key-aaaa", "429,retry_ms=50000");
  simulator_->script_key("other-key-bbbb", "429,retry_ms=30000");
  const auto answer = generate();
  EXPECT_EQ(answer.status, 429) << answer.body;
  const int seconds = std::stoi(answer.fields.at("retry-after"));
  EXPECT_LE(seconds, 31);
  EXPECT_GE(seconds, 20);
  EXPECT_NE(answer.body.find("RESOURCE_EXHAUSTED"), std::string::npos);
}

TEST_F(Proxy, TakesAnInvalidKeyOutOfUseAndServesTheRequestWithAnother) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa,other-key-bbbb"}});
  simulator_->script_key("first-key-aaaa", "dead");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(generate().status, 200);
  EXPECT_EQ(simulator_->stats().requests_by_key["first-key-aaaa"], 1U);
  EXPECT_EQ(key_ending_in("aaaa").state, KeyState::Dead);
}

TEST_F(Proxy, NeverPassesOnWhatUpstreamSaysAboutOurKey) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_key("first-key-aaaa", "dead");
  const auto first = generate();
  EXPECT_EQ(first.status, 502) << first.body;
  EXPECT_NE(first.body.find("UPSTREAM_CREDENTIALS_EXHAUSTED"), std::string::npos) << first.body;
  EXPECT_EQ(first.body.find("first-key"), std::string::npos);
  const auto openai = generate(kChat, kChatHello);
  EXPECT_EQ(openai.status, 502);
  EXPECT_NE(openai.body.find("upstream_credentials_exhausted"), std::string::npos) << openai.body;
}

TEST_F(Proxy, BlamesNoKeyForUpstreamsFaultAndTriesAgain) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_next(1, "503");
  EXPECT_EQ(generate().status, 200);
  EXPECT_EQ(simulator_->stats().requests, 2U);
  EXPECT_EQ(key_ending_in("aaaa").state, KeyState::Ready);
}

TEST_F(Proxy, RetriesAnOutageForATenthOfTheRequestsOnly) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"WORKERS", "1"}});
  simulator_->script_key("first-key-aaaa", "503");
  constexpr std::uint64_t kRequests = 60;
  for (std::uint64_t i = 0; i < kRequests; ++i) EXPECT_EQ(generate().status, 503);
  // A tenth, and the small reserve that a fresh process has.
  EXPECT_LE(simulator_->stats().requests, kRequests + kRequests / 10 + 4);
}

TEST_F(Proxy, PassesTheClientsOwnFaultThroughWithoutRetry) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa,other-key-bbbb"}});
  const auto answer = generate(kGenerate, "{not json");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(simulator_->stats().requests, 1U);
  const auto unknown = generate("/v1beta/models/no-such-model:generateContent");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(simulator_->stats().requests, 2U);
}

TEST_F(Proxy, SaysThatNoKeyIsConfiguredInEachDialect) {
  start({});
  EXPECT_EQ(generate().status, 503);
  const auto openai = generate(kChat, kChatHello);
  EXPECT_EQ(openai.status, 503);
  EXPECT_NE(openai.body.find("\"type\""), std::string::npos);
}

TEST_F(Proxy, ObeysAKeysOwnLimitPerMinute) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto id = std::to_string(key_ending_in("aaaa").id);
  ASSERT_EQ(manage("PUT", "/api/manage/keys/update/" + id, R"({"rate_limit_per_minute":2})").status, 200);
  EXPECT_EQ(generate().status, 200);
  EXPECT_EQ(generate().status, 200);
  const auto refused = generate();
  EXPECT_EQ(refused.status, 429);
  EXPECT_GE(std::stoi(refused.fields.at("retry-after")), 1);
  EXPECT_EQ(key_ending_in("aaaa").state, KeyState::Spent);
}

TEST_F(Proxy, StopsUsingAKeyFromTheRequestAfterItsEdit) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  ASSERT_EQ(generate().status, 200);
  const auto id = std::to_string(key_ending_in("aaaa").id);
  ASSERT_EQ(manage("PUT", "/api/manage/keys/update/" + id, R"({"is_active":false})").status, 200);
  EXPECT_EQ(generate().status, 503);
  ASSERT_EQ(manage("PUT", "/api/manage/keys/update/" + id, R"({"is_active":true})").status, 200);
  EXPECT_EQ(generate().status, 200);
  EXPECT_GT(key_ending_in("aaaa").current_tokens_used_today, 0) << "counters outlive edits";
  ASSERT_EQ(manage("DELETE", "/api/manage/keys/delete/" + id).status, 204);
  EXPECT_EQ(generate().status, 503);
}

TEST_F(Proxy, TranslatesChatCompletionsStreamedAndNot) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto whole = generate(kChat, kChatHello);
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_NE(whole.body.find(R"("object":"chat.completion")"), std::string::npos);
  const auto stream = generate(
      kChat, R"({"model":"gemini-2.5-flash","stream":true,"messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(stream.status, 200);
  EXPECT_NE(stream.body.find("chat.completion.chunk"), std::string::npos);
  EXPECT_EQ(stream.body.substr(stream.body.size() - 14), "data: [DONE]\n\n");
}

TEST_F(Proxy, RefusesAFieldThatIsNotTranslatedByName) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto answer =
      generate(kChat, R"({"model":"m","messages":[{"role":"user","content":"x"}],"moderation":{}})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find(R"("param":"moderation")"), std::string::npos) << answer.body;
  EXPECT_EQ(simulator_->stats().requests, 0U);
}

TEST_F(Proxy, TellsAStreamThatBreaksOffFromOneThatEnds) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_next(1, "errormid");
  const auto openai = generate(
      kChat, R"({"model":"gemini-2.5-flash","stream":true,"messages":[{"role":"user","content":"Hello"}]})");
  EXPECT_EQ(openai.status, 200);
  EXPECT_NE(openai.body.find("\"error\""), std::string::npos) << openai.body;
  EXPECT_EQ(openai.body.find("[DONE]"), std::string::npos);
  simulator_->script_next(1, "cut");
  const auto native = generate(kStream);
  EXPECT_EQ(native.status, 200);
  EXPECT_NE(native.body.find("\"error\""), std::string::npos) << native.body;
}

TEST_F(Proxy, NeitherFollowsNorPassesOnARedirect) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_key("first-key-aaaa", "redirect");
  const auto answer = generate();
  EXPECT_EQ(answer.status, 502) << answer.status;
  EXPECT_EQ(answer.fields.count("location"), 0U);
}

}  // namespace
}  // namespace geminate
