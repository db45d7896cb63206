#include <algorithm>

#include "backend/keys/resource_owners.h"
#include "tests/unit/proxy/exchange_fixture.h"

namespace geminate::proxy {
namespace {

using namespace std::chrono_literals;

/// Exchanges over a pool of two keys that remember which of them made what.
class ExchangeResources : public ExchangeTest {
 protected:
  void SetUp() override {
    ExchangeTest::SetUp();
    context_.owners = &owners_;
    context_.uploads = &uploads_;
  }

  static http::HttpRequest made_of(std::string_view method, std::string_view target, std::string_view body) {
    http::HttpRequest made;
    const std::string host = "hostgeminate.example:8080";
    made.head_ = std::string(method) + std::string(target) + host;
    const auto size = [](std::string_view text) { return static_cast<std::uint32_t>(text.size()); };
    made.method_ = {0, size(method)};
    made.set_target({size(method), size(target)});
    const std::uint32_t at = size(method) + size(target);
    made.fields_.push_back({{at, 4}, {at + 4, size(host) - 4}});
    made.body_ = std::string(body);
    return made;
  }
  /// Sends it off; upstream is still to answer.
  void send(std::string_view method, std::string_view target, std::string_view body = {}) {
    sink_.reset();
    auto made = made_of(method, target, body);
    const auto ticket = uploads_.read(target, now());
    ASSERT_TRUE(ticket.ok());
    auto plan = plan_native(made, Dialect::Gemini);
    ASSERT_TRUE(plan.ok());
    if (*ticket) bind_upload(*plan, **ticket);
    auto pass = authenticator_.admit(kToken, now());
    ASSERT_TRUE(pass.ok());
    Exchange::begin(context_, std::move(made), sink_, std::move(pass).value(), "id-1",
                    std::move(plan).value());
  }
  /// The key that the last call went with.
  std::string key_used() const {
    const std::string& head = caller_.calls.back().head;
    const std::size_t at = head.find("x-goog-api-key: ") + 16;
    return head.substr(at, head.find('\r', at) - at);
  }
  /// A file is made; with which key.
  std::string make_file(const std::string& name) {
    send("POST", "/upload/v1beta/files", "bytes");
    caller_.answer(200, R"({"file": {"name": ")" + name + R"("}})", "application/json; charset=UTF-8");
    turn();
    return key_used();
  }
  void use_file(const std::string& name, const std::string& further = {}) {
    send("POST", "/v1beta/models/m:generateContent",
         R"({"contents":[{"parts":[{"fileData":{"fileUri":"https://g.example/v1beta/)" + name + "\"}}" +
             further + "]}]}");
  }
  std::size_t calls() const { return caller_.calls.size(); }

  keys::ResourceOwners owners_{nullptr};
  UploadTickets uploads_{Secret{}};
};

TEST_F(ExchangeResources, AskTheKeyThatMadeThemAlone) {
  const std::string maker = make_file("files/a");
  for (int i = 0; i < 5; ++i) {
    send("GET", "/v1beta/files/a");
    EXPECT_EQ(key_used(), maker);
    caller_.answer(200, "{}");
    use_file("files/a");
    EXPECT_EQ(key_used(), maker);
    caller_.answer(200, "{}");
    turn();
  }
}

TEST_F(ExchangeResources, AreNotTriedWithAnotherKey) {
  const std::string maker = make_file("files/a");
  use_file("files/a");
  const std::size_t before = calls();
  caller_.answer(429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"x","details":[
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"36s"}]}})");
  turn();
  EXPECT_EQ(calls(), before);
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.fields.find("retry-after: 36"), std::string::npos) << sink_.fields;
  use_file("files/a");
  EXPECT_EQ(calls(), before) << "it rests";
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.text.find("files/a"), std::string::npos) << sink_.text;
}

TEST_F(ExchangeResources, ThatTheirOwnKeyIsRefusedAreNotLookedForElsewhere) {
  make_file("files/a");
  const std::size_t before = calls();
  send("GET", "/v1beta/files/a");
  const std::string said =
      R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"it may not exist"}})";
  caller_.answer(403, said);
  turn();
  EXPECT_EQ(calls(), before + 1);
  EXPECT_EQ(sink_.status, 403);
  EXPECT_EQ(sink_.text, said);
}

TEST_F(ExchangeResources, WhoseKeyIsGoneDisabledOrDeadSaySo) {
  const std::string maker = make_file("files/a");
  const auto rows = pool_.list(now());
  const auto owner = std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
    return maker.ends_with(row.key_preview.substr(row.key_preview.size() - 4));
  });
  ASSERT_NE(owner, rows.end());
  const std::size_t before = calls();
  const auto expect_refusal = [&](std::string_view why) {
    use_file("files/a");
    EXPECT_EQ(sink_.status, 404);
    EXPECT_NE(sink_.text.find("files/a"), std::string::npos) << sink_.text;
    EXPECT_NE(sink_.text.find(why), std::string::npos) << sink_.text;
    EXPECT_NE(sink_.text.find("NOT_FOUND"), std::string::npos) << sink_.text;
    turn();
  };
  KeyPatch off;
  off.is_active = Patch<bool>::to(false);
  ASSERT_TRUE(pool_.update(owner->id, off, {}, now()).ok());
  expect_refusal("disabled");
  ASSERT_TRUE(pool_.erase(owner->id, {}).ok());
  expect_refusal("no longer configured");
  EXPECT_EQ(calls(), before);
}

TEST_F(ExchangeResources, OfADeadKeySaySo) {
  make_file("files/a");
  use_file("files/a");
  const std::size_t before = calls();
  caller_.answer(400, R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API key not valid.",
      "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})");
  turn();
  EXPECT_EQ(calls(), before);
  EXPECT_EQ(sink_.status, 404);
  EXPECT_NE(sink_.text.find("files/a"), std::string::npos) << sink_.text;
}

TEST_F(ExchangeResources, OfDifferentKeysCannotBeUsedTogether) {
  const std::string first = make_file("files/a");
  int made = 0;
  while (make_file("files/b" + std::to_string(made)) == first) ASSERT_LT(++made, 10);
  const std::string other = "files/b" + std::to_string(made);
  const std::size_t before = calls();
  use_file("files/a", R"(,{"fileData":{"fileUri":")" + other + "\"}}");
  EXPECT_EQ(calls(), before);
  EXPECT_EQ(sink_.status, 400);
  EXPECT_NE(sink_.text.find("files/a and " + other), std::string::npos) << sink_.text;
  use_file("files/a", R"(,{"fileData":{"fileUri":"files/a"}},{"fileData":{"fileUri":"files/nobodys"}})");
  EXPECT_EQ(calls(), before + 1);
}

TEST_F(ExchangeResources, ThatNobodyRemembersBlameNoKey) {
  use_file("files/nobodys");
  const std::size_t before = calls();
  caller_.answer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"it may not exist"}})");
  turn();
  EXPECT_EQ(calls(), before + 1) << "the other key may own it";
  caller_.answer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"it may not exist"}})");
  turn();
  EXPECT_EQ(sink_.status, 403);
  for (const auto& key : pool_.list(now())) EXPECT_EQ(key.state, KeyState::Ready);
}

TEST_F(ExchangeResources, AreLearntFromWhoeverIsServedThem) {
  send("GET", "/v1beta/files/found");
  caller_.answer(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"it may not exist"}})");
  turn();
  const std::string owner = key_used();
  caller_.answer(200, R"({"name":"files/found"})");
  turn();
  for (int i = 0; i < 3; ++i) {
    use_file("files/found");
    EXPECT_EQ(key_used(), owner);
    caller_.answer(200, "{}");
    turn();
  }
}

TEST_F(ExchangeResources, AreForgottenWhenTheyAreDeleted) {
  make_file("files/a");
  ASSERT_TRUE(owners_.find("files/a", now().wall));
  send("DELETE", "/v1beta/files/a");
  caller_.answer(200, "{}");
  EXPECT_FALSE(owners_.find("files/a", now().wall));
}

TEST_F(ExchangeResources, OfEveryKindAreRemembered) {
  struct Case {
    const char* target;
    const char* answer;
    const char* type;
    const char* name;
  };
  for (const Case& each :
       {Case{"/v1beta/cachedContents", R"({"name":"cachedContents/c"})", "application/json",
             "cachedContents/c"},
        Case{"/v1beta/models/veo:predictLongRunning", R"({"name":"models/veo/operations/o"})",
             "application/json", "models/veo/operations/o"},
        Case{"/v1beta/models/m:batchGenerateContent", R"({"name":"batches/b"})", "application/json",
             "batches/b"},
        Case{"/v1beta/interactions", R"({"id":"v1_i","outputs":[{"id":"x"}]})", "application/json",
             "interactions/v1_i"},
        Case{"/v1beta/interactions", "data: {\"interaction\":{\"id\":\"v1_s\"}}\n\n", "text/event-stream",
             "interactions/v1_s"},
        Case{"/v1beta/whatever:comesNext", R"({"name":"operations/later"})", "application/json",
             "operations/later"}}) {
    send("POST", each.target, "{}");
    caller_.answer(200, each.answer, each.type);
    EXPECT_TRUE(owners_.find(each.name, now().wall)) << each.name;
    turn();
  }
  send("POST", "/v1beta/models/m:generateContent", "{}");
  caller_.answer(200, R"({"candidates":[{"name":"files/said-by-a-model"}]})");
  EXPECT_FALSE(owners_.find("files/said-by-a-model", now().wall));
}

TEST_F(ExchangeResources, ThatMayBeEverybodysAreNotTakenForThoseOfWhoeverIsServedThem) {
  send("GET", "/v1beta/agents/of-google");
  caller_.answer(200, R"({"name":"agents/of-google"})");
  turn();
  EXPECT_FALSE(owners_.find("agents/of-google", now().wall));
  send("POST", "/v1beta/agents", "{}");
  caller_.answer(200, R"({"name":"agents/our-own"})");
  turn();
  EXPECT_TRUE(owners_.find("agents/our-own", now().wall));
}

TEST_F(ExchangeResources, StayWithWhoMadeThemWhateverOthersAreShown) {
  owners_.remember("files/theirs", {999, ""}, now().wall + 1h);
  send("GET", "/v1beta/batches/b");
  caller_.answer(200, R"({"name":"batches/b","response":{"responsesFile":"files/theirs","inlinedResponses":
      {"inlinedResponses":[{"response":{"candidates":[{"content":{"parts":[{"functionCall":{"args":
      {"name":"files/made-up"}}}]}}]}}]}}})");
  turn();
  EXPECT_EQ(owners_.find("files/theirs", now().wall)->key_id, 999);
  EXPECT_FALSE(owners_.find("files/made-up", now().wall));
  EXPECT_TRUE(owners_.find("batches/b", now().wall));
}

TEST_F(ExchangeResources, AreListedByOneKeyPageByPage) {
  send("GET", "/v1beta/files?pageSize=2");
  const std::string first = key_used();
  for (int page = 0; page < 5; ++page) {
    caller_.answer(200, R"({"files":[{"name":"files/listed"}],"nextPageToken":"x"})");
    turn();
    send("GET", "/v1beta/files?pageSize=2&pageToken=x");
    EXPECT_EQ(key_used(), first);
  }
  EXPECT_TRUE(owners_.find("files/listed", now().wall));
}

TEST_F(ExchangeResources, AreKnownBeforeTheClientHasThem) {
  send("POST", "/v1beta/cachedContents", "{}");
  caller_.answer_head(200);
  caller_.calls.back().observer->on_body(R"({"name":"cached)");
  caller_.calls.back().observer->on_body(R"(Contents/c"})");
  EXPECT_TRUE(owners_.find("cachedContents/c", now().wall));
  caller_.calls.back().observer->on_done();
}

TEST_F(ExchangeResources, LiveAsLongAsTheirAnswerSays) {
  send("POST", "/v1beta/cachedContents", "{}");
  const Timestamp end = now().wall + std::chrono::hours{24 * 30};
  caller_.answer(200, R"({"name":"cachedContents/c","expireTime":")" + format_rfc3339(end) + "\"}");
  EXPECT_TRUE(owners_.find("cachedContents/c", end - 1h));
}

TEST_F(ExchangeResources, UploadsGoOnAtOurAddressWithTheKeyThatBeganThem) {
  send("POST", "/upload/v1beta/files", "{}");
  const std::string began = key_used();
  auto* observer = caller_.calls.back().observer;
  upstream::AnswerHead head;
  head.status = 200;
  head.fields = {{"x-goog-upload-url",
                  "https://upstream.example/upload/v1beta/files?upload_id=AbC-_1&upload_protocol=resumable"},
                 {"x-goog-upload-control-url",
                  "https://upstream.example/upload/v1beta/files?upload_id=AbC-_1&upload_protocol=resumable"},
                 {"x-goog-upload-status", "active"},
                 {"x-goog-upload-chunk-granularity", "262144"}};
  observer->on_head(head);
  observer->on_done();
  EXPECT_EQ(sink_.fields.find("upstream.example"), std::string::npos) << sink_.fields;
  EXPECT_NE(sink_.fields.find("x-goog-upload-status: active"), std::string::npos);
  EXPECT_NE(sink_.fields.find("x-goog-upload-chunk-granularity: 262144"), std::string::npos);
  EXPECT_NE(sink_.fields.find("x-goog-upload-control-url: http://geminate.example:8080/upload/"),
            std::string::npos);
  const std::string begin = "x-goog-upload-url: http://geminate.example:8080";
  const std::size_t at = sink_.fields.find(begin);
  ASSERT_NE(at, std::string::npos) << sink_.fields;
  const std::size_t from = at + begin.size();
  const std::string target = sink_.fields.substr(from, sink_.fields.find('\r', from) - from);
  turn();
  for (int i = 0; i < 4; ++i) {
    send("POST", target, "a chunk");
    EXPECT_EQ(key_used(), began);
    const std::string& sent = caller_.calls.back().head;
    EXPECT_EQ(sent.substr(0, sent.find('\r')),
              "POST /upload/v1beta/files?upload_id=AbC-_1&upload_protocol=resumable HTTP/1.1");
    caller_.answer(200, R"({"file":{"name":"files/whole"}})");
    turn();
  }
  EXPECT_TRUE(owners_.find("files/whole", now().wall));
  EXPECT_EQ(tokens_used(), 0) << "bytes of a file are no prompt";
}

TEST_F(ExchangeResources, InteractionsCostWhatTheySay) {
  const std::string usage =
      R"("usage":{"total_input_tokens":5,"total_output_tokens":3,"total_thought_tokens":2,"total_tokens":10})";
  const auto used = [&] {
    std::int64_t sum = 0;
    for (const auto& key : pool_.list(now())) sum += key.current_tokens_used_today;
    return sum;
  };
  send("POST", "/v1beta/interactions", R"({"input":"hi"})");
  caller_.answer(200, R"({"id":"v1_a",)" + usage + "}");
  turn();
  EXPECT_EQ(used(), 10);
  send("POST", "/v1beta/interactions", R"({"input":"hi"})");
  caller_.answer(200,
                 "data: {\"interaction\":{\"id\":\"v1_b\"}}\n\ndata: {\"interaction\":{\"id\":\"v1_b\"," +
                     usage + "}}\n\n",
                 "text/event-stream");
  turn();
  EXPECT_EQ(used(), 20);
  send("POST", "/v1beta/interactions", R"({"input":"hi"})");
  caller_.answer(200, "data: {\"interaction\":{\"id\":\"v1_c\"}}\n\n", "text/event-stream");
  turn();
  EXPECT_GT(used(), 20) << "what it cost is unknown, so the estimate stays";
}

TEST(UploadTickets, HoldForOneAddressAndADay) {
  const UploadTickets tickets{Secret{}};
  const Now begun = now();
  const std::string address = tickets.address_for_client(
      "https://g.example/base/upload/v1beta/files?upload_id=x", "/base", "http://h", {-3, 7}, begun);
  const std::string target = address.substr(8);
  ASSERT_EQ(address.substr(0, 51), "http://h/upload/v1beta/files?upload_id=x&geminate_u");
  const auto ticket = tickets.read(target + "&key=a-token", begun);
  ASSERT_TRUE(ticket.ok() && *ticket);
  EXPECT_EQ((*ticket)->token_id, -3);
  EXPECT_EQ((*ticket)->key_id, 7);
  std::string other = target;
  other.replace(other.find("upload_id=x"), 11, "upload_id=y");
  EXPECT_FALSE(tickets.read(other, begun).ok());
  EXPECT_FALSE(tickets.read(target + "A", begun).ok());
  EXPECT_FALSE(tickets.read(target, {begun.wall + 24h, begun.steady}).ok());
  EXPECT_FALSE(UploadTickets{Secret{}}.read(target, begun).ok());
  EXPECT_FALSE(*tickets.read("/upload/v1beta/files?upload_id=x", begun));
  EXPECT_FALSE(*tickets.read("/v1beta/files?geminate_upload=x", begun));
  for (const char* elsewhere :
       {"https://g.example/v1beta/files?x", "https://g.example", "/upload/../x", "text", ""})
    EXPECT_EQ(tickets.address_for_client(elsewhere, "", "http://h", {1, 1}, begun), "") << elsewhere;
}

}  // namespace
}  // namespace geminate::proxy
