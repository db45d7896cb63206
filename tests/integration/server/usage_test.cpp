#include <string>

#include "shared/codec/codec.h"
#include "shared/dto/keys.h"
#include "shared/dto/system.h"
#include "shared/dto/usage.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

/// The server in one of its modes; the parameter is KEY_STORAGE_MODE.
class Usage : public test::ServedBySimulator, public ::testing::WithParamInterface<const char*> {
 protected:
  /// With two keys.
  void begin() {
    start({{"KEY_STORAGE_MODE", GetParam()},
           {"GEMINI_API_KEYS", is_memory() ? "first-key-aaaa,other-key-bbbb" : ""}});
    if (is_memory()) return;
    for (const char* key : {"first-key-aaaa", "other-key-bbbb"}) {
      ASSERT_EQ(
          manage("POST", "/api/manage/keys/add", std::string(R"({"key_string":")") + key + "\"}").status,
          201);
    }
  }
  static bool is_memory() { return std::string_view(GetParam()) == "memory"; }

  template <class Answer>
  Answer get(const std::string& path) {
    const auto answer = manage("GET", path);
    EXPECT_EQ(answer.status, 200) << path << ' ' << answer.body;
    auto read = codec::from_json<Answer>(answer.body);
    EXPECT_TRUE(read.ok()) << answer.body;
    return read.ok() ? std::move(read).value() : Answer{};
  }
  RequestStory story(const std::string& id) { return get<RequestStory>("/api/manage/requests/" + id); }
  std::int64_t key_ending_in(const std::string& preview) {
    for (const auto& key : get<KeyList>("/api/manage/keys/data").keys) {
      if (key.key_preview == preview) return key.id;
    }
    ADD_FAILURE() << "no key ends in " << preview;
    return 0;
  }
};

TEST_P(Usage, TellsOfARequestByItsIdWhichKeyServedItAndWhatElseWasTried) {
  begin();
  simulator_->script_key("first-key-aaaa", "429,retry_ms=30000");
  const std::int64_t limited = key_ending_in("aaaa");
  const std::int64_t good = key_ending_in("bbbb");
  RequestStory found;
  // Which key comes first is the pool's choice: one of the first requests meets the limited one.
  for (int i = 0; i < 6 && found.attempts.size() < 2; ++i) {
    const auto answer = generate();
    ASSERT_EQ(answer.status, 200) << answer.body;
    found = story(answer.fields.at("x-request-id"));
    EXPECT_EQ(found.request_id, answer.fields.at("x-request-id"));
  }
  ASSERT_EQ(found.attempts.size(), 2U);
  EXPECT_EQ(found.attempts_made, 2);
  EXPECT_EQ(found.attempts[0].key_id, limited);
  EXPECT_EQ(found.attempts[0].verdict, TriedVerdict::Limited);
  EXPECT_EQ(found.attempts[0].upstream_status, 429);
  EXPECT_EQ(found.attempts[1].key_id, good);
  EXPECT_EQ(found.attempts[1].verdict, TriedVerdict::Fine);
  EXPECT_EQ(found.attempts[1].upstream_status, 200);
  EXPECT_EQ(found.key_id, good);
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.outcome, RequestOutcome::Served);
  EXPECT_EQ(found.model, "gemini-2.5-flash");
  EXPECT_EQ(found.route, RequestRoute::Generate);
  EXPECT_EQ(found.dialect, RequestDialect::Gemini);
  EXPECT_LT(found.token_id, 0) << "the environment's token";
  EXPECT_GT(found.input_tokens, 0);
  EXPECT_GT(found.total_tokens, 0);
  EXPECT_GT(found.cost_usd.value_or(0), 0);
  EXPECT_EQ(found.bytes_in, static_cast<std::int64_t>(std::string(kHello).size()));
  EXPECT_GT(found.bytes_out, 0);
  EXPECT_TRUE(found.first_byte_ms);
}

TEST_P(Usage, FindsRequestsByWhatTheyWere) {
  begin();
  ASSERT_EQ(generate().status, 200);
  ASSERT_EQ(generate(kStream).status, 200);
  const auto chat = generate("/v1/chat/completions",
                             R"({"model":"gemini-2.5-pro","messages":[{"role":"user","content":"Hello"}]})");
  ASSERT_EQ(chat.status, 200) << chat.body;
  const auto unknown = generate("/v1beta/models/no-such-model:generateContent");
  ASSERT_EQ(unknown.status, 404);
  const auto found = [this](const std::string& query) {
    return get<RequestPage>("/api/manage/requests?" + query).requests.size();
  };
  EXPECT_EQ(found(""), 4U);
  EXPECT_EQ(found("model=gemini-2.5-pro"), 1U);
  EXPECT_EQ(found("status=404"), 1U);
  EXPECT_EQ(found("status_class=2xx"), 3U);
  EXPECT_EQ(found("status_class=2xx&dialect=openai"), 1U);
  EXPECT_EQ(found("token_id=12345"), 0U);
  EXPECT_EQ(found("request_id=" + unknown.fields.at("x-request-id")), 1U);
  EXPECT_EQ(found("min_duration_ms=600000"), 0U);
  EXPECT_EQ(found("from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"), 0U);
  EXPECT_EQ(found("from=2020-01-01T00:00:00Z"), 4U);
  const auto first = get<RequestPage>("/api/manage/requests?limit=3");
  ASSERT_EQ(first.requests.size(), 3U);
  ASSERT_TRUE(first.next_cursor);
  ASSERT_EQ(generate().status, 200);
  const auto second = get<RequestPage>("/api/manage/requests?limit=3&cursor=" + *first.next_cursor);
  EXPECT_EQ(second.requests.size(), 1U) << "what came meanwhile is newer";
  EXPECT_FALSE(second.next_cursor);
  for (const auto& request : first.requests) {
    EXPECT_EQ(request.streamed && request.route == RequestRoute::StreamGenerate,
              request.route == RequestRoute::StreamGenerate);
  }
}

TEST_P(Usage, KeepsWhatAGoodTokenWasRefusedBeforeItCameToAKeyAndNothingOfStrangers) {
  begin();
  const auto broken = generate("/v1/chat/completions", R"({"model":"gemini-2.5-pro","messages":)");
  ASSERT_EQ(broken.status, 400) << broken.body;
  const RequestStory found = story(broken.fields.at("x-request-id"));
  EXPECT_EQ(found.status, 400);
  EXPECT_EQ(found.outcome, RequestOutcome::Error);
  EXPECT_EQ(found.dialect, RequestDialect::Openai);
  EXPECT_EQ(found.attempts_made, 0);
  EXPECT_TRUE(found.attempts.empty());
  EXPECT_LT(found.token_id, 0);
  EXPECT_GT(found.bytes_in, 0);
  const auto stranger =
      test::ask(server_->port(), "POST", kGenerate, "x-goog-api-key: of-nobody\r\n", kHello);
  ASSERT_TRUE(stranger);
  ASSERT_EQ(stranger->status, 401) << stranger->body;
  EXPECT_EQ(get<RequestPage>("/api/manage/requests").requests.size(), 1U);
}

TEST_P(Usage, SumsUpByTimeAndGroup) {
  begin();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(generate().status, 200);
  ASSERT_EQ(generate("/v1beta/models/no-such-model:generateContent").status, 404);
  const auto all = get<UsageReport>("/api/manage/usage?step=minute");
  EXPECT_EQ(all.total.requests, 6);
  EXPECT_EQ(all.total.failures, 1);
  EXPECT_GT(all.total.output_tokens, 0);
  EXPECT_TRUE(all.total.duration_p99_ms);
  EXPECT_GT(all.total.cost_usd, 0);
  const auto models = get<UsageReport>("/api/manage/usage?step=day&group_by=model");
  ASSERT_EQ(models.series.size(), 2U);
  EXPECT_EQ(models.series[0].group, "gemini-2.5-flash");
  EXPECT_EQ(models.series[0].total.requests, 5);
  std::int64_t by_key = 0;
  for (const auto& series : get<UsageReport>("/api/manage/usage?group_by=key").series) {
    by_key += series.total.requests;
    const auto alone = get<UsageReport>("/api/manage/usage?group_by=key&id=" + series.group);
    EXPECT_EQ(alone.series.size(), 1U);
    EXPECT_EQ(alone.total.requests, series.total.requests);
  }
  EXPECT_EQ(get<UsageReport>("/api/manage/usage?group_by=key&id=987654").total.requests, 0);
  EXPECT_EQ(by_key, 6);
}

TEST_P(Usage, CostsWhatThePricesSay) {
  begin();
  const auto answer = generate();
  const std::string id = answer.fields.at("x-request-id");
  const double before = story(id).cost_usd.value_or(0);
  EXPECT_GT(before, 0);
  const auto set = manage(
      "PUT", "/api/manage/prices",
      R"({"prices":[{"model":"gemini-2.5-flash","input_usd":1000,"output_usd":1000,"cached_usd":0}]})");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_GT(story(id).cost_usd.value_or(0), before * 10);
  ASSERT_EQ(manage("PUT", "/api/manage/prices", R"({"prices":[]})").status, 200);
  EXPECT_DOUBLE_EQ(story(id).cost_usd.value_or(0), before);
  EXPECT_GT(get<PriceList>("/api/manage/prices").prices.size(), 5U);
}

TEST_P(Usage, RefusesAWrongQuestionByItsField) {
  begin();
  const auto field_of = [this](const std::string& path) {
    const auto answer = manage("GET", "/api/manage/" + path);
    EXPECT_EQ(answer.status, 400) << path << ' ' << answer.body;
    const auto body = codec::from_json<ManagementErrorBody>(answer.body);
    return body.ok() ? body->error.field.value_or("") : "unreadable";
  };
  for (const char* name : {"token_id", "key_id", "status", "status_class", "dialect", "min_duration_ms",
                           "max_duration_ms", "from", "to", "request_id", "limit", "cursor"}) {
    EXPECT_EQ(field_of("requests?" + std::string(name) + "=x!"), name);
  }
  EXPECT_EQ(field_of("requests?limit=201"), "limit");
  EXPECT_EQ(field_of("requests?limit=5&limit=6"), "limit");
  EXPECT_EQ(field_of("requests?min_duration_ms=-1"), "min_duration_ms");
  EXPECT_EQ(field_of("requests?cursor=9.9.9"), "cursor");
  EXPECT_EQ(field_of("requests?colour=red"), "colour");
  EXPECT_EQ(field_of("usage?step=year"), "step");
  EXPECT_EQ(field_of("usage?group_by=colour"), "group_by");
  EXPECT_EQ(field_of("usage?group_by=model&id=1"), "id");
  EXPECT_EQ(field_of("usage?step=minute&from=2020-01-01T00:00:00Z"), "step");
  EXPECT_EQ(field_of("usage?from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z"), "to");
  EXPECT_EQ(manage("GET", "/api/manage/requests/01k8zzzzzz0123456789abcdef").status, 404);
  EXPECT_EQ(manage("GET", "/api/manage/requests/nonsense").status, 404);
  EXPECT_EQ(manage("PUT", "/api/manage/prices",
                   R"({"prices":[{"model":"","input_usd":1,"output_usd":1,"cached_usd":1}]})")
                .status,
            400);
}

TEST_P(Usage, IsKeptAfterAKillInDatabaseModeOnly) {
  begin();
  const auto answer = generate();
  const std::string id = answer.fields.at("x-request-id");
  EXPECT_EQ(story(id).status, 200);
  EXPECT_EQ(std::filesystem::exists(folder_.path() / "data/usage.db"), !is_memory());
  server_->kill_hard();
  server_ = std::make_unique<test::ServerProcess>(
      folder_.path(), test::ServerProcess::Environment{{"KEY_STORAGE_MODE", GetParam()},
                                                       {"GEMINI_BASE_URL", simulator_->base_url()}});
  ASSERT_TRUE(server_->running()) << server_->log();
  EXPECT_EQ(manage("GET", "/api/manage/requests/" + id).status, is_memory() ? 404 : 200);
  EXPECT_EQ(get<UsageReport>("/api/manage/usage").total.requests, is_memory() ? 0 : 1);
}

TEST_P(Usage, IsForAdministratorsOnly) {
  begin();
  for (const char* path :
       {"/api/manage/requests", "/api/manage/requests/x", "/api/manage/usage", "/api/manage/prices"}) {
    const auto answer = test::ask(server_->port(), "GET", path, client_fields(), {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 401) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, Usage, ::testing::Values("memory", "database"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace geminate
