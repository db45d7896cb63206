// Conversations that are too long for their client token or key, through the exchange.
#include "tests/unit/proxy/exchange_fixture.h"

namespace geminate::proxy {
namespace {

constexpr const char* kTarget = "/v1beta/models/m:generateContent";
constexpr const char* kLimited =
    R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"retry in 30s"}})";
constexpr const char* kAnswer =
    R"({"candidates":[],"usageMetadata":{"promptTokenCount":100,"totalTokenCount":100}})";

// About 100 tokens each.
std::string turn(const char* role, char letter) {
  return std::string(R"({"role":")") + role + R"(","parts":[{"text":")" + std::string(396, letter) +
         R"("}]})";
}
const std::string kOld = turn("user", 'a') + "," + turn("model", 'b') + ",";
const std::string kMiddle = turn("user", 'c') + "," + turn("model", 'd') + ",";
const std::string kLast = turn("user", 'e');
std::string body_of(const std::string& turns) { return R"({ "contents":[)" + turns + R"(],"seed":0.70 })"; }
const std::string kBody = body_of(kOld + kMiddle + kLast);

class ExchangeContextTest : public ExchangeTest {
 protected:
  using Window = std::optional<std::int64_t>;

  void set_token(std::optional<bool> enable, Window window) {
    TokenPatch patch;
    patch.enable_context_management = enable ? Patch<bool>::to(*enable) : Patch<bool>::cleared();
    patch.context_window = window ? Patch<std::int64_t>::to(*window) : Patch<std::int64_t>::cleared();
    ASSERT_TRUE(authenticator_.update(-1, patch, {Caller::server(), AuditAction::KeyUpdate}, now()).ok());
  }
  void set_key(std::int64_t id, bool enable, Window window) {
    KeyPatch patch;
    patch.enable_context_management = Patch<bool>::to(enable);
    patch.context_window = window ? Patch<std::int64_t>::to(*window) : Patch<std::int64_t>::cleared();
    ASSERT_TRUE(pool_.update(id, patch, {Caller::server(), AuditAction::KeyUpdate}, now()).ok());
  }
  void set_keys(bool enable, Window window) {
    for (const auto& key : pool_.list(now())) set_key(key.id, enable, window);
  }

  http::HttpRequest asked(const std::string& body, std::string_view target = kTarget) {
    auto made = request(target);
    made.body_ = body;
    return made;
  }
  void begin(http::HttpRequest made, Result<ExchangePlan> plan) {
    ASSERT_TRUE(plan.ok());
    auto pass = authenticator_.admit(kToken, now());
    ASSERT_TRUE(pass.ok());
    fit_estimate(*plan, pass->token());
    estimate_ = plan->estimated_tokens;
    Exchange::begin(context_, std::move(made), sink_, std::move(pass).value(), "id-1",
                    std::move(plan).value());
  }
  void ask(const std::string& body, std::string_view target = kTarget) {
    sink_.reset();
    auto made = asked(body, target);
    auto plan = plan_native(made, Dialect::Gemini);
    begin(std::move(made), std::move(plan));
  }
  const std::string& sent() { return caller_.calls.back().body; }
  /// The header's value, empty when there is none.
  std::string told() {
    const std::string name = std::string(kContextField) + ": ";
    const auto at = sink_.fields.find(name);
    if (at == std::string::npos) return {};
    const auto from = at + name.size();
    return sink_.fields.substr(from, sink_.fields.find("\r\n", from) - from);
  }
  /// The key that gets this conversation, as it had it before, and the other one.
  std::pair<std::int64_t, std::int64_t> keys_in_turn() {
    ask(kBody);
    const bool is_first = caller_.calls.back().head.find("first-key-aaaa") != std::string::npos;
    serve();
    std::pair<std::int64_t, std::int64_t> ids;
    for (const auto& key : pool_.list(now()))
      ((key.key_preview == "aaaa") == is_first ? ids.first : ids.second) = key.id;
    return ids;
  }
  void serve() {
    caller_.answer(200, kAnswer);
    turn_over();
  }
  void turn_over() { ExchangeTest::turn(); }

  SignatureMemory signatures_;
  std::int64_t estimate_ = 0;
};

TEST_F(ExchangeContextTest, SendsTheSameBytesWhereNobodyAsksForLess) {
  ask(kBody);
  EXPECT_EQ(sent(), kBody);
  serve();
  EXPECT_EQ(told(), "");
  set_keys(false, 50);
  ask(kBody);
  EXPECT_EQ(sent(), kBody) << "a window alone cuts nothing";
  serve();
  EXPECT_EQ(told(), "");
  set_keys(true, std::nullopt);
  ask(kBody);
  EXPECT_EQ(sent(), kBody) << "nor does the wish alone";
  serve();
  EXPECT_EQ(told(), "");
}

TEST_F(ExchangeContextTest, LeavesOutTheOldestTurnsForAKeyAndSaysSo) {
  set_keys(true, 310);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kMiddle + kLast));
  EXPECT_NE(caller_.calls.back().head.find("ontent-length: " + std::to_string(sent().size())),
            std::string::npos)
      << caller_.calls.back().head;
  serve();
  EXPECT_EQ(told(), "dropped=2, before=500, after=300, window=310");
}

TEST_F(ExchangeContextTest, SaysNothingOfAConversationThatFits) {
  set_keys(true, 500);
  ask(kBody);
  EXPECT_EQ(sent(), kBody);
  serve();
  EXPECT_EQ(told(), "");
}

TEST_F(ExchangeContextTest, SendsTheLeastWhenEvenThatIsTooMuchAndSaysSo) {
  set_keys(true, 50);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kLast));
  caller_.answer(400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"too many tokens"}})");
  turn_over();
  EXPECT_EQ(sink_.status, 400);
  EXPECT_EQ(told(), "dropped=4, before=500, after=100, window=50, exceeds") << "on errors as well";
}

TEST_F(ExchangeContextTest, TheClientTokenDecidesBeforeTheKey) {
  set_keys(true, 310);
  set_token(false, std::nullopt);
  ask(kBody);
  EXPECT_EQ(sent(), kBody);
  serve();
  set_token(std::nullopt, std::nullopt);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kMiddle + kLast)) << "it says nothing: the key's";
  serve();
  set_token(true, 110);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kLast)) << "its own window";
  serve();
}

TEST_F(ExchangeContextTest, ATokenWithoutAWindowTakesTheKeys) {
  set_token(true, std::nullopt);
  ask(kBody);
  EXPECT_EQ(sent(), kBody) << "neither has one";
  serve();
  set_keys(false, 310);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kMiddle + kLast));
  serve();
}

TEST_F(ExchangeContextTest, CutsTheOriginalForASecondAttempt) {
  const auto [first, second] = keys_in_turn();
  set_key(first, true, 110);
  set_key(second, true, 310);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kLast));
  caller_.answer(429, kLimited);
  turn_over();
  EXPECT_EQ(sent(), body_of(kMiddle + kLast)) << "not from what the first attempt left";
  serve();
  EXPECT_EQ(told(), "dropped=2, before=500, after=300, window=310");
}

TEST_F(ExchangeContextTest, ForgetsTheCutWhenTheNextKeyWantsNone) {
  set_key(keys_in_turn().first, true, 110);
  ask(kBody);
  EXPECT_EQ(sent(), body_of(kLast));
  caller_.answer(429, kLimited);
  turn_over();
  EXPECT_EQ(sent(), kBody);
  serve();
  EXPECT_EQ(told(), "") << "the header is that of the attempt that served";
}

TEST_F(ExchangeContextTest, CutsTranslatedRequestsAlike) {
  set_token(true, 310);
  const auto message = [](const char* role, char letter) {
    return std::string(R"({"role":")") + role + R"(","content":")" + std::string(396, letter) + R"("})";
  };
  const std::string openai = R"({"model":"m","messages":[)" + message("system", 's') + "," +
                             message("user", 'a') + "," + message("assistant", 'b') + "," +
                             message("user", 'c') + "]}";
  auto made = asked(openai, "/v1/chat/completions");
  const Now asked_at = now();
  auto plan = plan_chat_completions(made, {"id-1", asked_at, 1, signatures_});
  begin(std::move(made), std::move(plan));
  EXPECT_EQ(sent().find(std::string(396, 'a')), std::string::npos);
  EXPECT_EQ(sent().find(std::string(396, 'b')), std::string::npos);
  EXPECT_NE(sent().find(std::string(396, 'c')), std::string::npos);
  EXPECT_NE(sent().find(std::string(396, 's')), std::string::npos) << "never the system instruction";
  caller_.answer(200, R"({"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}]})");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_EQ(told().substr(0, 9), "dropped=2");
}

TEST_F(ExchangeContextTest, CountsWhatIsKeptOfABody) {
  http::BodyBudget budget(1 << 20);
  const auto counted = [&budget](http::HttpRequest made) {
    made.body_lease_ = http::BodyLease(budget);
    EXPECT_TRUE(made.body_lease_.grow(made.body_.size()));
    return made;
  };
  set_keys(true, 310);
  auto cut = counted(asked(kBody));
  auto plan = plan_native(cut, Dialect::Gemini);
  begin(std::move(cut), std::move(plan));
  ASSERT_LT(sent().size(), kBody.size());
  EXPECT_EQ(budget.used(), kBody.size() + sent().size()) << "the whole, for another key, and what was sent";
  serve();
  turn();
  EXPECT_EQ(budget.used(), 0U);

  set_keys(false, std::nullopt);
  sink_.reset();
  auto chat = counted(
      asked(R"({"model":"m","messages":[{"role":"user","content":"hello"}]})", "/v1/chat/completions"));
  auto translated = plan_chat_completions(chat, {"id-1", now(), 1, signatures_});
  begin(std::move(chat), std::move(translated));
  EXPECT_EQ(budget.used(), sent().size()) << "what was translated is not kept";
  caller_.answer(200, R"({"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}]})");
  turn();
  EXPECT_EQ(budget.used(), 0U);
}

TEST_F(ExchangeContextTest, TellsItInTheHeadOfAStream) {
  set_keys(true, 310);
  ask(kBody, kStreamTarget);
  EXPECT_EQ(sent(), body_of(kMiddle + kLast));
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(told(), "dropped=2, before=500, after=300, window=310");
}

TEST_F(ExchangeContextTest, LeavesOtherMethodsAndOtherBodiesAlone) {
  set_keys(true, 50);
  for (const char* target :
       {"/v1beta/models/m:countTokens", "/v1beta/cachedContents", "/v1beta/models/m:embedContent"}) {
    ask(kBody, target);
    EXPECT_EQ(sent(), kBody) << target;
    serve();
    EXPECT_EQ(told(), "") << target;
  }
  const std::string broken = kBody.substr(0, kBody.size() - 3);
  ask(broken);
  EXPECT_EQ(sent(), broken) << "upstream says what is wrong with it";
  serve();
  EXPECT_EQ(told(), "");
}

TEST_F(ExchangeContextTest, LearnsFromWhatUpstreamCountsOfWhatWasSent) {
  set_keys(true, 400);
  const std::string body = body_of(kMiddle + kLast);
  ask(body);
  EXPECT_EQ(sent(), body) << "300 by the first estimate";
  // To upstream each turn is 200, of one as of three.
  const auto count = [this, &body] {
    const auto* answer = sent() == body
                             ? R"({"usageMetadata":{"promptTokenCount":600,"totalTokenCount":610}})"
                             : R"({"usageMetadata":{"promptTokenCount":200,"totalTokenCount":210}})";
    caller_.answer(200, answer);
    turn_over();
  };
  count();
  for (int i = 0; i < 30; ++i) {
    ask(body);
    count();
  }
  ask(body);
  EXPECT_EQ(sent(), body_of(kLast));
  serve();
  EXPECT_EQ(told(), "dropped=2, before=600, after=200, window=400");
  EXPECT_EQ(context_.calibration.ratios("other").text, 1);
}

TEST_F(ExchangeContextTest, LearnsNothingWhereNobodyAsksForIt) {
  ask(kBody);
  caller_.answer(200, R"({"usageMetadata":{"promptTokenCount":5000,"totalTokenCount":5010}})");
  EXPECT_EQ(context_.calibration.size(), 0U);
}

TEST_F(ExchangeContextTest, ReservesNoMoreThanTheTokensWindow) {
  ask(kBody);
  EXPECT_GT(estimate_, 400);
  serve();
  set_token(true, 310);
  ask(kBody);
  EXPECT_EQ(estimate_, 310);
  serve();
  ask(kBody, "/v1beta/models/m:embedContent");
  EXPECT_GT(estimate_, 400);
  serve();
}

}  // namespace
}  // namespace geminate::proxy
