#include <string>

#include "shared/codec/codec.h"
#include "shared/dto/tokens.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kPassedChat = "/v1beta/openai/chat/completions";
constexpr const char* kJson = "Content-Type: application/json\r\n";

std::string chat_with(const std::string& model) {
  return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hello"}]})";
}

class Tokens : public test::ServedBySimulator {
 protected:
  void SetUp() override {
    start({{"GEMINI_API_KEYS", "first-key-aaaa"},
           {"LOG_LEVEL", "trace"},
           {"CORS_ORIGINS", "https://app.example"}});
  }

  TokenCreated make(const std::string& draft) {
    return created(manage("POST", "/api/manage/tokens/add", draft), 201);
  }
  TokenCreated rotate(std::int64_t id, const std::string& body) {
    return created(manage("POST", "/api/manage/tokens/rotate/" + std::to_string(id), body), 200);
  }
  test::PlainAnswer edit(std::int64_t id, const std::string& patch) {
    return manage("PUT", "/api/manage/tokens/update/" + std::to_string(id), patch);
  }
  ClientTokenView view(std::int64_t id) {
    const auto list = codec::from_json<TokenList>(manage("GET", "/api/manage/tokens/data").body);
    EXPECT_TRUE(list.ok());
    for (const auto& token : list.value().tokens) {
      if (token.id == id) return token;
    }
    ADD_FAILURE() << "no token " << id;
    return {};
  }
  test::PlainAnswer ask_with(const std::string& token, const std::string& target,
                             const std::string& body = kHello, const std::string& further = {},
                             const std::string& method = "POST") {
    const auto answer = test::ask(server_->port(), method, target,
                                  kJson + ("Authorization: Bearer " + token) + "\r\n" + further, body);
    EXPECT_TRUE(answer) << target << "\n" << server_->log();
    return answer.value_or(test::PlainAnswer{});
  }
  /// Of the model that is asked here, for a million tokens.
  test::PlainAnswer set_price(const std::string& usd) {
    return manage("PUT", "/api/manage/prices",
                  R"({"prices":[{"model":"gemini-2.5-flash","input_usd":)" + usd + R"(,"output_usd":)" + usd +
                      R"(,"cached_usd":)" + usd + "}]}");
  }
  static bool has(const test::PlainAnswer& answer, const std::string& field) {
    return answer.fields.count(field) > 0;
  }

 private:
  static TokenCreated created(const test::PlainAnswer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    auto token = codec::from_json<TokenCreated>(answer.body);
    EXPECT_TRUE(token.ok()) << answer.body;
    return token.ok() ? std::move(token).value() : TokenCreated{};
  }
};

TEST_F(Tokens, AreHeldToTheirModelsInEveryDialect) {
  const auto made = make(R"({"models":["models/gemini-2.5-flash"]})");
  EXPECT_EQ(made.models, std::vector<std::string>{"gemini-2.5-flash"});
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  EXPECT_EQ(ask_with(made.token, kChat, chat_with("gemini-2.5-flash")).status, 200);
  EXPECT_EQ(ask_with(made.token, kPassedChat, chat_with("gemini-2.5-flash")).status, 200);
  EXPECT_EQ(ask_with(made.token, "/v1/models", {}, {}, "GET").status, 200);
  EXPECT_EQ(ask_with(made.token, "/v1beta/models", {}, {}, "GET").status, 200);
  const auto asked = simulator_->requests().size();

  for (const char* method : {"generateContent", "streamGenerateContent", "countTokens", "embedContent"}) {
    const auto refused = ask_with(made.token, std::string("/v1beta/models/gemini-2.5-pro:") + method);
    EXPECT_EQ(refused.status, 403) << method;
    EXPECT_NE(refused.body.find("PERMISSION_DENIED"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("gemini-2.5-pro"), std::string::npos) << refused.body;
  }
  for (const char* route : {kChat, kPassedChat, "/openai/v1/chat/completions"}) {
    const auto refused = ask_with(made.token, route, chat_with("gemini-2.5-pro"));
    EXPECT_EQ(refused.status, 403) << route;
    EXPECT_NE(refused.body.find(R"("param":"model")"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("gemini-2.5-pro"), std::string::npos) << refused.body;
  }
  EXPECT_EQ(ask_with(made.token, "/v1/models/gemini-2.5-pro", {}, {}, "GET").status, 403);
  EXPECT_EQ(ask_with(made.token, "/v1beta/%6Dodels/gemini-2.5-pro:generateContent").status, 403);
  EXPECT_EQ(simulator_->requests().size(), asked) << "none of them reached upstream";
}

TEST_F(Tokens, AnEditHoldsForTheNextRequest) {
  const auto made = make("{}");
  const std::string pro = "/v1beta/models/gemini-2.5-pro:generateContent";
  EXPECT_EQ(ask_with(made.token, pro).status, 200);
  EXPECT_EQ(edit(made.id, R"({"models":["gemini-2.5-flash*"]})").status, 200);
  EXPECT_EQ(ask_with(made.token, pro).status, 403);
  EXPECT_EQ(edit(made.id, R"({"description":"only the name"})").status, 200);
  EXPECT_EQ(ask_with(made.token, pro).status, 403) << "an edit of something else keeps the list";
  EXPECT_EQ(edit(made.id, R"({"models":null})").status, 200);
  EXPECT_EQ(ask_with(made.token, pro).status, 200);
  const auto bad = edit(made.id, R"({"models":["a*b"]})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find(R"("field":"models")"), std::string::npos) << bad.body;
}

TEST_F(Tokens, AreRefusedFromOtherAddresses) {
  const auto made = make(R"({"allowed_ips":["192.0.2.0/24"]})");
  const auto refused = ask_with(made.token, kChat, chat_with("gemini-2.5-flash"));
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_NE(refused.body.find("127.0.0.1"), std::string::npos) << refused.body;
  EXPECT_EQ(refused.body.find("192.0.2"), std::string::npos) << "where it may be used from is not told";
  EXPECT_EQ(ask_with(made.token, kGenerate, kHello, "X-Forwarded-For: 192.0.2.1\r\n").status, 403)
      << "what a client says of its address counts for nothing";
  EXPECT_EQ(view(made.id).requests_today, 0);
  EXPECT_EQ(edit(made.id, R"({"allowed_ips":["192.0.2.0/24","127.0.0.0/8"]})").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
}

TEST_F(Tokens, RotateWithoutAMomentInWhichNoSecretWorks) {
  const auto made = make("{}");
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  const auto rotated = rotate(made.id, R"({"grace_seconds":3600})");
  EXPECT_NE(rotated.token, made.token);
  EXPECT_TRUE(rotated.previous_valid_until);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  EXPECT_EQ(ask_with(rotated.token, kGenerate).status, 200);
  EXPECT_EQ(view(made.id).requests_today, 3);
  EXPECT_EQ(edit(made.id, R"({"description":"stale","revision":1})").status, 409);

  const auto last = rotate(made.id, R"({"grace_seconds":0,"revision":2})");
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 401);
  EXPECT_EQ(ask_with(rotated.token, kGenerate).status, 401);
  EXPECT_EQ(ask_with(last.token, kGenerate).status, 200);
  EXPECT_FALSE(view(made.id).previous_valid_until);
}

TEST_F(Tokens, AnOldSecretEndsWithItsGrace) {
  const auto made = make("{}");
  const auto rotated = rotate(made.id, R"({"grace_seconds":1})");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  int status = 200;
  while (status == 200 && std::chrono::steady_clock::now() < deadline)
    status = ask_with(made.token, kGenerate).status;
  EXPECT_EQ(status, 401);
  EXPECT_GE(now().wall, rotated.previous_valid_until.value());
  EXPECT_EQ(ask_with(rotated.token, kGenerate).status, 200);
}

TEST_F(Tokens, OfTheEnvironmentCannotBeRotated) {
  const auto refused = manage("POST", "/api/manage/tokens/rotate/-1", "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("CLIENT_TOKENS"), std::string::npos) << refused.body;
  EXPECT_EQ(manage("POST", "/api/manage/tokens/rotate/77", "{}").status, 404);
  const auto bad = manage("POST", "/api/manage/tokens/rotate/-1", R"({"grace_seconds":2592001})");
  EXPECT_EQ(bad.status, 400);
  const auto client = ask_with(test::ServerProcess::kToken, "/api/manage/tokens/rotate/-1", "{}");
  EXPECT_EQ(client.status, 401) << "a client token is not the admin's";
}

TEST_F(Tokens, TellOpenaisClientsHowTheyStand) {
  const auto made = make(R"({"rate_limit_per_minute":3,"max_tokens_per_day":100000})");
  auto answer = ask_with(made.token, kChat, chat_with("gemini-2.5-flash"), "Origin: https://app.example\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.fields["access-control-expose-headers"].find("x-ratelimit-remaining-tokens"),
            std::string::npos)
      << "pages of allowed origins may read them";
  EXPECT_EQ(answer.fields["x-ratelimit-limit-requests"], "3");
  EXPECT_EQ(answer.fields["x-ratelimit-remaining-requests"], "2");
  EXPECT_EQ(answer.fields["x-ratelimit-limit-tokens"], "100000");
  EXPECT_TRUE(has(answer, "x-ratelimit-remaining-tokens"));
  EXPECT_TRUE(has(answer, "x-ratelimit-reset-tokens"));
  answer = ask_with(made.token, kPassedChat, chat_with("gemini-2.5-flash"), "x-goog-sim: location\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.fields["x-ratelimit-remaining-requests"], "1") << "on errors too";
  answer = ask_with(made.token, kChat, "{}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.fields["x-ratelimit-remaining-requests"], "0");

  answer = ask_with(made.token, kChat, chat_with("gemini-2.5-flash"));
  EXPECT_EQ(answer.status, 429) << answer.body;
  EXPECT_EQ(answer.fields["x-ratelimit-remaining-requests"], "0");
  EXPECT_TRUE(has(answer, "x-ratelimit-reset-requests"));
  const int seconds = std::stoi(answer.fields["retry-after"]);
  EXPECT_GT(seconds, 0);
  EXPECT_LE(seconds, 61);
  EXPECT_TRUE(has(answer, "retry-after-ms"));

  answer = ask_with(made.token, kGenerate);
  EXPECT_EQ(answer.status, 429);
  EXPECT_NE(answer.body.find("RESOURCE_EXHAUSTED"), std::string::npos);
  EXPECT_FALSE(has(answer, "x-ratelimit-limit-requests")) << "not Gemini's way";
}

TEST_F(Tokens, WithoutLimitsCarryNoSuchFields) {
  const auto made = make(R"({"max_tokens_per_day":100000})");
  auto answer = ask_with(made.token, kChat, chat_with("gemini-2.5-flash"));
  EXPECT_TRUE(has(answer, "x-ratelimit-limit-tokens"));
  EXPECT_FALSE(has(answer, "x-ratelimit-limit-requests"));
  answer = ask_with(test::ServerProcess::kToken, kChat, chat_with("gemini-2.5-flash"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(has(answer, "x-ratelimit-limit-tokens"));
  EXPECT_FALSE(has(answer, "x-ratelimit-limit-requests"));
}

TEST_F(Tokens, LimitTheRequestsOfADay) {
  const auto made = make(R"({"requests_per_day":2})");
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  auto refused = ask_with(made.token, kGenerate);
  EXPECT_EQ(refused.status, 429);
  EXPECT_LE(std::stoi(refused.fields["retry-after"]), 25 * 3600);
  EXPECT_EQ(edit(made.id, R"({"requests_per_day":3})").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 429);
}

TEST_F(Tokens, SpendWhatUpstreamCountsUntilNothingIsLeft) {
  const auto made = make(R"({"max_tokens_total":1000000})");
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  const auto spent = view(made.id).tokens_used_total;
  ASSERT_GT(spent, 0);
  EXPECT_EQ(edit(made.id, "{\"max_tokens_total\":" + std::to_string(spent) + "}").status, 200);
  const auto refused = ask_with(made.token, kGenerate);
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(has(refused, "retry-after")) << "waiting does not help";
  EXPECT_EQ(edit(made.id, R"({"max_tokens_total":null,"tokens_per_minute":1})").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200) << "the minute's window begins with its limit";
  auto minute = ask_with(made.token, kGenerate);
  EXPECT_EQ(minute.status, 429);
  EXPECT_LE(std::stoi(minute.fields["retry-after"]), 61);
}

TEST_F(Tokens, HaveABudgetThatEveryDialectIsChargedAgainst) {
  ASSERT_EQ(set_price("1000000").status, 200);
  const auto made = make(R"({"max_cost_usd":1000000,"cost_period":"life"})");
  double spent = 0;
  const auto expect_charged = [&](const char* target, const std::string& body) {
    EXPECT_EQ(ask_with(made.token, target, body).status, 200);
    EXPECT_GT(view(made.id).cost_used_usd, spent + 0.99) << target << ": a token costs a dollar";
    spent = view(made.id).cost_used_usd;
  };
  expect_charged(kGenerate, kHello);
  expect_charged(kStream, kHello);
  expect_charged(kChat, chat_with("gemini-2.5-flash"));
  expect_charged(kPassedChat, chat_with("gemini-2.5-flash"));
  expect_charged("/openai/v1/chat/completions", chat_with("models/gemini-2.5-flash"));
  EXPECT_EQ(ask_with(made.token, "/v1/models", {}, {}, "GET").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate, kHello, "x-goog-sim: location\r\n").status, 400);
  EXPECT_EQ(ask_with(made.token, "/v1beta/%6Dodels/gemini-2.5-flash:generateContent").status, 403)
      << "what cannot be told cannot be charged";
  EXPECT_EQ(view(made.id).cost_used_usd, spent);

  ASSERT_EQ(set_price("0").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);
  EXPECT_EQ(view(made.id).cost_used_usd, spent) << "the price of that time counts";
}

TEST_F(Tokens, AreRefusedInTheirDialectOnceTheBudgetIsSpent) {
  ASSERT_EQ(set_price("1000000").status, 200);
  const auto made = make(R"({"max_cost_usd":1,"cost_period":"day"})");
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200) << "what a request will cost is not known before";
  auto refused = ask_with(made.token, kGenerate);
  EXPECT_EQ(refused.status, 429) << refused.body;
  EXPECT_NE(refused.body.find("RESOURCE_EXHAUSTED"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("its budget of the day"), std::string::npos) << refused.body;
  EXPECT_GT(std::stoi(refused.fields["retry-after"]), 0);
  EXPECT_LE(std::stoi(refused.fields["retry-after"]), 25 * 3600);
  EXPECT_TRUE(has(refused, "retry-after-ms"));
  refused = ask_with(made.token, kChat, chat_with("gemini-2.5-flash"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find(R"("code":"rate_limit_exceeded")"), std::string::npos) << refused.body;

  EXPECT_EQ(edit(made.id, R"({"max_cost_usd":1000000})").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200) << "an edit holds for the next request";
  EXPECT_EQ(edit(made.id, R"({"max_cost_usd":0.5,"cost_period":"life"})").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200) << "another period begins at nothing";
  refused = ask_with(made.token, kGenerate);
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(has(refused, "retry-after")) << "waiting does not help";
  EXPECT_EQ(edit(made.id, R"({"max_cost_usd":null})").status, 200);
  EXPECT_EQ(ask_with(made.token, kGenerate).status, 200);

  for (const char* draft :
       {R"({"max_cost_usd":0})", R"({"max_cost_usd":-1})", R"({"max_cost_usd":1000001})"}) {
    const auto bad = manage("POST", "/api/manage/tokens/add", draft);
    EXPECT_EQ(bad.status, 400) << draft;
    EXPECT_NE(bad.body.find(R"("field":"max_cost_usd")"), std::string::npos) << bad.body;
  }
  const auto bad = edit(made.id, R"({"cost_period":"week"})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find(R"("field":"cost_period")"), std::string::npos) << bad.body;
}

TEST_F(Tokens, AreNotChargedForWhatUpstreamRefusedButForWhatBrokeOff) {
  const auto made = make("{}");
  EXPECT_EQ(ask_with(made.token, kGenerate, kHello, "x-goog-sim: location\r\n").status, 400);
  EXPECT_EQ(view(made.id).tokens_used_total, 0);
  EXPECT_EQ(view(made.id).requests_today, 1);
  EXPECT_EQ(ask_with(made.token, kStream, kHello, "x-goog-sim: cut\r\n").status, 200);
  EXPECT_GT(view(made.id).tokens_used_total, 0) << "nobody said that it cost nothing";
}

TEST_F(Tokens, HaveSecretsThatShowUpNowhereElse) {
  const auto made = make(R"({"models":["gemini-2.5-flash"],"rate_limit_per_minute":9})");
  const auto rotated = rotate(made.id, R"({"grace_seconds":60})");
  std::string seen = ask_with(made.token, "/v1beta/models/gemini-2.5-pro:generateContent").body;
  seen += ask_with(rotated.token, kChat, chat_with("gemini-2.5-pro")).body;
  seen += manage("GET", "/api/manage/tokens/data").body;
  seen += edit(made.id, R"({"description":"x"})").body;
  seen += test::ask(server_->port(), "GET", "/metrics").value_or(test::PlainAnswer{}).body;
  EXPECT_EQ(server_->stop(), 0);
  seen += server_->log();
  for (const auto& secret : {made.token, rotated.token}) EXPECT_EQ(seen.find(secret), std::string::npos);
}

TEST(TokensInADatabase, KeepTheirLimitsAndBothSecretsOverARestart) {
  const test::ScratchFolder folder;
  const test::ServerProcess::Environment environment{{"KEY_STORAGE_MODE", "database"}};
  const std::string admin =
      kJson + ("Authorization: Bearer " + std::string(test::ServerProcess::kAdmin)) + "\r\n";
  TokenCreated made;
  TokenCreated rotated;
  {
    test::ServerProcess server(folder.path(), environment);
    ASSERT_TRUE(server.running()) << server.log();
    const auto added =
        test::ask(server.port(), "POST", "/api/manage/tokens/add", admin,
                  R"({"models":["gemini-2.5-flash"],"allowed_ips":["127.0.0.1"],"requests_per_day":3})");
    made = codec::from_json<TokenCreated>(added.value().body).value();
    const auto answer =
        test::ask(server.port(), "POST", "/api/manage/tokens/rotate/" + std::to_string(made.id), admin, "{}");
    rotated = codec::from_json<TokenCreated>(answer.value().body).value();
    server.kill_hard();
  }
  test::ServerProcess server(folder.path(), environment);
  ASSERT_TRUE(server.running()) << server.log();
  const auto list = codec::from_json<TokenList>(
      test::ask(server.port(), "GET", "/api/manage/tokens/data", admin).value().body);
  const auto& row = list.value().tokens.back();
  EXPECT_EQ(row.models, made.models);
  EXPECT_EQ(row.allowed_ips, made.allowed_ips);
  EXPECT_EQ(row.requests_per_day, 3);
  EXPECT_EQ(row.previous_valid_until, rotated.previous_valid_until);
  for (const auto& secret : {made.token, rotated.token}) {
    const auto answer = test::ask(server.port(), "POST", kChat, kJson + ("x-api-key: " + secret) + "\r\n",
                                  chat_with("gemini-2.5-pro"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 403) << "known, and held to its models";
    EXPECT_EQ(answer->fields.at("x-ratelimit-limit-requests"), "3");
  }
}

TEST(TokensInADatabase, KeepWhatTheySpentOfTheirBudgetOverARestart) {
  auto simulator = simulator::Simulator::start({});
  ASSERT_TRUE(simulator.ok());
  const test::ScratchFolder folder;
  const test::ServerProcess::Environment environment{{"KEY_STORAGE_MODE", "database"},
                                                     {"GEMINI_BASE_URL", (*simulator)->base_url()}};
  const std::string admin =
      kJson + ("Authorization: Bearer " + std::string(test::ServerProcess::kAdmin)) + "\r\n";
  const auto the_token = [&](std::uint16_t port) {
    const auto list = test::ask(port, "GET", "/api/manage/tokens/data", admin);
    return codec::from_json<TokenList>(list.value().body).value().tokens.back();
  };
  TokenCreated made;
  double spent = 0;
  {
    test::ServerProcess server(folder.path(), environment);
    ASSERT_TRUE(server.running()) << server.log();
    test::ask(server.port(), "POST", "/api/manage/keys/add", admin, R"({"key_string":"first-key-aaaa"})");
    test::ask(
        server.port(), "PUT", "/api/manage/prices", admin,
        R"({"prices":[{"model":"gemini-2.5-flash","input_usd":1000000,"output_usd":0,"cached_usd":0}]})");
    const auto added =
        test::ask(server.port(), "POST", "/api/manage/tokens/add", admin, R"({"max_cost_usd":0.000001})");
    made = codec::from_json<TokenCreated>(added.value().body).value();
    const auto served = test::ask(server.port(), "POST", "/v1beta/models/gemini-2.5-flash:generateContent",
                                  kJson + ("x-api-key: " + made.token) + "\r\n",
                                  R"({"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]})");
    ASSERT_TRUE(served);
    EXPECT_EQ(served->status, 200) << served->body;
    spent = the_token(server.port()).cost_used_usd;
    EXPECT_EQ(server.stop(), 0);
  }
  EXPECT_GE(spent, 1);
  test::ServerProcess server(folder.path(), environment);
  ASSERT_TRUE(server.running()) << server.log();
  EXPECT_EQ(the_token(server.port()).max_cost_usd, 0.000001);
  EXPECT_EQ(the_token(server.port()).cost_used_usd, spent);
  const auto refused = test::ask(server.port(), "POST", "/v1beta/models/gemini-2.5-flash:generateContent",
                                 kJson + ("x-api-key: " + made.token) + "\r\n", "{}");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429);
}

}  // namespace
}  // namespace geminate
