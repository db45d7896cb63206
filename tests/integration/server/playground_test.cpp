#include <string>

#include "shared/codec/codec.h"
#include "shared/dto/usage.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using test::PlainAnswer;
using test::PlainClient;
using test::ServerProcess;

/// The console's playground: Gemini's own surface, for whoever is logged in.
class Playground : public test::ServedBySimulator {
 protected:
  static constexpr const char* kModels = "/api/manage/playground/v1beta/models";
  static constexpr const char* kPrompt =
      "/api/manage/playground/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";

  void begin(ServerProcess::Environment further = {}) {
    further.emplace("GEMINI_API_KEYS", "first-key-aaaa");
    start(std::move(further));
  }
  /// The field with which a browser shows that it is logged in.
  [[nodiscard]] std::string cookie() const {
    const auto login = test::ask(server_->port(), "POST", "/api/login", "Content-Type: application/json\r\n",
                                 std::string(R"({"password":")") + ServerProcess::kAdmin + "\"}");
    if (!login || login->status != 200) return {};
    const auto set = login->fields.at("set-cookie");
    return "Cookie: " + set.substr(0, set.find(';')) + "\r\n";
  }
  [[nodiscard]] std::string session() const { return "Content-Type: application/json\r\n" + cookie(); }
  PlainAnswer prompt(const std::string& fields, const std::string& body = kHello) const {
    const auto answer = test::ask(server_->port(), "POST", kPrompt, fields, body);
    EXPECT_TRUE(answer) << server_->log();
    return answer.value_or(PlainAnswer{});
  }
  [[nodiscard]] RequestStory story(const std::string& id) {
    const auto answer = manage("GET", "/api/manage/requests/" + id);
    auto read = codec::from_json<RequestStory>(answer.body);
    EXPECT_TRUE(read.ok()) << answer.body;
    return read.ok() ? std::move(read).value() : RequestStory{};
  }
};

TEST_F(Playground, StreamsAnAnswerToWhoIsLoggedInAndRecordsItAsTheAdmins) {
  begin();
  const auto answer = prompt(session());
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.fields.at("content-type").substr(0, 17), "text/event-stream");
  EXPECT_NE(answer.body.find("finishReason"), std::string::npos);
  const auto told = story(answer.fields.at("x-request-id"));
  EXPECT_EQ(told.token_id, 0) << "no client token";
  EXPECT_EQ(told.model, "gemini-2.5-flash");
  EXPECT_EQ(told.route, RequestRoute::StreamGenerate);
  EXPECT_EQ(told.dialect, RequestDialect::Gemini);
  EXPECT_TRUE(told.streamed);
  EXPECT_GT(told.total_tokens, 0);
  ASSERT_EQ(told.attempts.size(), 1U);
  EXPECT_EQ(told.attempts[0].key_id, key_ending_in("aaaa").id);
}

TEST_F(Playground, AsksUpstreamAsAClientWouldWithoutTheAdminsCredentials) {
  begin();
  const auto fields = session();
  ASSERT_EQ(prompt(fields).status, 200);
  ASSERT_EQ(prompt(admin_fields()).status, 200);
  const auto seen = simulator_->requests();
  ASSERT_EQ(seen.size(), 2U);
  for (const auto& request : seen) {
    EXPECT_EQ(request.target, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
    EXPECT_EQ(request.key, "first-key-aaaa");
    EXPECT_EQ(request.header("cookie"), "");
    EXPECT_EQ(request.header("authorization"), "");
    EXPECT_EQ(request.body, kHello);
  }
}

TEST_F(Playground, ListsUpstreamsModels) {
  begin();
  const auto answer = test::ask(server_->port(), "GET", std::string(kModels) + "?pageSize=1000", cookie());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_NE(answer->body.find("models/gemini-2.5-flash"), std::string::npos);
}

TEST_F(Playground, IsClosedWithoutALogIn) {
  begin();
  const auto nobody = prompt("Content-Type: application/json\r\n");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_NE(nobody.body.find("UNAUTHENTICATED"), std::string::npos) << "errors speak Gemini's dialect";
  EXPECT_EQ(prompt(client_fields()).status, 401) << "a client token is no login";
  const std::string made_up = "Content-Type: application/json\r\nCookie: geminate_session=made-up\r\n";
  EXPECT_EQ(prompt(made_up).status, 401);
  EXPECT_EQ(simulator_->stats().requests, 0U);
}

TEST_F(Playground, IsClosedToPagesOfOtherOriginsEvenThoseThatMayUseTheClientSurfaces) {
  begin({{"CORS_ORIGINS", "http://friend.example"}});
  const auto foreign = prompt(session() + "Origin: http://friend.example\r\n");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_FALSE(foreign.fields.contains("access-control-allow-origin"));
  EXPECT_EQ(simulator_->stats().requests, 0U);
  const auto preflight =
      test::ask(server_->port(), "OPTIONS", kPrompt,
                "Origin: http://friend.example\r\nAccess-Control-Request-Method: POST\r\n");
  ASSERT_TRUE(preflight);
  EXPECT_NE(preflight->status, 204);
  // By the secret, as a script would, it is answered, but no page gets to read it.
  const auto script = prompt(admin_fields() + "Origin: http://friend.example\r\n");
  EXPECT_EQ(script.status, 200);
  EXPECT_FALSE(script.fields.contains("access-control-allow-origin"));
}

TEST_F(Playground, CancelsUpstreamWhenTheAdminStops) {
  begin();
  const std::string request =
      std::string("POST ") + kPrompt + " HTTP/1.1\r\nHost: a\r\n" + session() +
      "x-goog-sim: stallmid\r\nContent-Length: " + std::to_string(std::string_view(kHello).size()) +
      "\r\n\r\n" + kHello;
  PlainClient client(server_->port());
  ASSERT_TRUE(client.send(request));
  ASSERT_NE(client.read_until("data:").find("data:"), std::string::npos);
  client.close();
  EXPECT_TRUE(
      simulator_->wait_until([](const auto& stats) { return stats.cancelled == 1 && stats.in_flight == 0; }));
}

TEST_F(Playground, TellsErrorsInGeminisDialect) {
  begin({{"MAX_BODY_BYTES", "100000"}});
  const auto refused = prompt(session() + "x-goog-sim: location\r\n");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("FAILED_PRECONDITION"), std::string::npos) << refused.body;
  EXPECT_EQ(story(refused.fields.at("x-request-id")).attempts.at(0).verdict, TriedVerdict::ClientFault);
  EXPECT_EQ(prompt(session(), std::string(100001, ' ')).status, 413);
  ASSERT_EQ(manage("PUT", "/api/manage/keys/update/" + std::to_string(key_ending_in("aaaa").id),
                   R"({"is_active":false})")
                .status,
            200);
  const auto no_key = prompt(session());
  EXPECT_EQ(no_key.status, 503);
  EXPECT_NE(no_key.body.find("UNAVAILABLE"), std::string::npos) << no_key.body;
  EXPECT_TRUE(story(no_key.fields.at("x-request-id")).attempts.empty());
}

}  // namespace
}  // namespace geminate
