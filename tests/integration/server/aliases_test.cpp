// Aliases of models: set by an administrator, in force for the next request on every surface.
#include <string>

#include "shared/dto/aliases.h"
#include "shared/dto/system.h"
#include "shared/dto/tokens.h"
#include "shared/dto/usage.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

class Aliases : public test::ServedBySimulator, public testing::WithParamInterface<const char*> {
 protected:
  static constexpr const char* kData = "/api/manage/aliases/data";
  static constexpr const char* kUpdate = "/api/manage/aliases/update";

  void begin() {
    start({{"KEY_STORAGE_MODE", GetParam()}, {"WORKERS", "2"}});
    ASSERT_EQ(
        manage("POST", "/api/manage/keys/add", R"({"key_string":"AIzaSyAliasesAliasesAliasesAliase01"})")
            .status,
        201);
    const auto set = manage("PUT", kUpdate,
                            R"({"aliases":[)"
                            R"({"alias":"gpt-4o","model":"gemini-2.5-flash","note":"old clients"},)"
                            R"({"alias":"gpt-*","model":"gemini-2.5-flash-lite"},)"
                            R"({"alias":"text-embedding-3-small","model":"gemini-embedding-001"}]})");
    ASSERT_EQ(set.status, 200) << set.body;
  }
  AliasList list() {
    const auto read = codec::from_json<AliasList>(manage("GET", kData).body);
    EXPECT_TRUE(read.ok());
    return read.value();
  }
  std::string field_of(const std::string& body, int status) {
    const auto answer = manage("PUT", kUpdate, body);
    EXPECT_EQ(answer.status, status) << answer.body;
    const auto read = codec::from_json<ManagementErrorBody>(answer.body);
    return read.ok() ? read->error.field.value_or("") : "unreadable";
  }
  test::PlainAnswer get(const std::string& target) {
    return test::ask(server_->port(), "GET", target, client_fields()).value_or(test::PlainAnswer{});
  }
  /// What upstream was asked last.
  simulator::SeenRequest seen() {
    const auto all = simulator_->requests();
    EXPECT_FALSE(all.empty());
    return all.empty() ? simulator::SeenRequest{} : all.back();
  }
  std::string model_of_record(const test::PlainAnswer& answer) {
    const auto story = codec::from_json<RequestStory>(
        manage("GET", "/api/manage/requests/" + answer.fields.at("x-request-id")).body);
    return story.ok() ? story->model : "no record";
  }
};

TEST_P(Aliases, NativeCallsGoToTheRealModel) {
  begin();
  const auto answer = generate("/v1beta/models/gpt-4o:generateContent?x=1");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(seen().target, "/v1beta/models/gemini-2.5-flash:generateContent?x=1");
  EXPECT_EQ(seen().body, kHello);
  EXPECT_EQ(model_of_record(answer), "gemini-2.5-flash");
  EXPECT_EQ(generate("/v2/models/gpt-3.5:streamGenerateContent?alt=sse").status, 200);
  EXPECT_EQ(seen().target, "/v1beta/models/gemini-2.5-flash-lite:streamGenerateContent?alt=sse");
  EXPECT_EQ(get("/v1beta/models/gpt-4o").status, 200);
  EXPECT_EQ(seen().target, "/v1beta/models/gemini-2.5-flash");
  EXPECT_EQ(generate("/v1beta/models/claude:generateContent").status, 404) << "unknown names are passed on";
  EXPECT_EQ(seen().target, "/v1beta/models/claude:generateContent");
}

TEST_P(Aliases, ChatAnswersUnderTheNameThatWasAsked) {
  begin();
  for (const char* stream : {"false", "true"}) {
    const auto answer =
        generate("/v1/chat/completions", std::string(R"({"model":"gpt-4o","stream":)") + stream +
                                             R"(,"messages":[{"role":"user","content":"Hi"}]})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find(R"("model":"gpt-4o")"), std::string::npos) << answer.body;
    EXPECT_EQ(seen().target.find("/v1beta/models/gemini-2.5-flash:"), 0U) << seen().target;
    EXPECT_EQ(model_of_record(answer), "gemini-2.5-flash");
  }
}

TEST_P(Aliases, ResponsesAnswerUnderTheNameThatWasAskedAndGoOn) {
  begin();
  const auto first = generate("/v1/responses", R"({"model":"gpt-4o","input":"Hi"})");
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_NE(first.body.find(R"("model":"gpt-4o")"), std::string::npos) << first.body;
  EXPECT_EQ(seen().target, "/v1beta/models/gemini-2.5-flash:generateContent");
  const std::size_t id = first.body.find("resp_");
  const std::string before = first.body.substr(id, first.body.find('"', id) - id);
  const auto second = generate(
      "/v1/responses", R"({"model":"gpt-4o","input":"And?","previous_response_id":")" + before + "\"}");
  EXPECT_EQ(second.status, 200) << second.body;
  EXPECT_NE(seen().body.find("Simulated answer"), std::string::npos) << seen().body;
}

TEST_P(Aliases, EmbeddingsNameTheRealModelInEachOfTheirRequests) {
  begin();
  const auto answer = generate("/v1/embeddings", R"({"model":"text-embedding-3-small","input":["a","b"]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.body.find(R"("model":"text-embedding-3-small")"), std::string::npos) << answer.body;
  EXPECT_EQ(seen().target, "/v1beta/models/gemini-embedding-001:batchEmbedContents");
  EXPECT_EQ(seen().body.find("text-embedding"), std::string::npos) << seen().body;
  EXPECT_EQ(model_of_record(answer), "gemini-embedding-001");
}

TEST_P(Aliases, AreTranslatedForTheModelTheyStandFor) {
  begin();
  ASSERT_EQ(manage("PUT", kUpdate, R"({"aliases":[{"alias":"o3","model":"gemini-3-flash-preview"}]})").status,
            200);
  const auto answer = generate("/v1/chat/completions", R"({"model":"o3","reasoning_effort":"low",)"
                                                       R"("messages":[{"role":"user","content":"Hi"}]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(seen().body.find("thinkingLevel"), std::string::npos) << "as Gemini 3 has it: " << seen().body;
  EXPECT_NE(answer.body.find(R"("model":"o3")"), std::string::npos) << answer.body;
}

TEST_P(Aliases, ThePassThroughChangesTheNameInTheBodyAlone) {
  begin();
  const std::string before = "{ \"model\" : \"",
                    after = R"(","messages":[{"role":"user","content":"gpt-4o?"}]})";
  const auto answer =
      generate("/openai/v1/chat/completions", before + "gpt-4o" + after, "x-goog-api-client: t/1\r\n");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(seen().target, "/v1beta/openai/chat/completions");
  EXPECT_EQ(seen().body, before + "gemini-2.5-flash" + after);
  EXPECT_EQ(seen().header("x-goog-api-client"), "t/1");
  EXPECT_EQ(model_of_record(answer), "gemini-2.5-flash");
}

TEST_P(Aliases, ModelsAreListedByTheirOtherNamesToo) {
  begin();
  const auto models = get("/v1/models");
  EXPECT_EQ(models.status, 200);
  EXPECT_NE(models.body.find(R"({"id":"gpt-4o","object":"model","created":0,"owned_by":"geminate"})"),
            std::string::npos)
      << models.body;
  EXPECT_NE(models.body.find(R"("id":"gemini-2.5-pro")"), std::string::npos);
  EXPECT_EQ(models.body.find("gpt-*"), std::string::npos);
  EXPECT_NE(get("/v1/models/gpt-4o").body.find(R"("id":"gpt-4o")"), std::string::npos);
  EXPECT_EQ(get("/v1/models/claude").status, 404);
}

TEST_P(Aliases, ATokenMayUseAModelByEitherName) {
  begin();
  const auto token_for = [this](const std::string& models) {
    const auto made = codec::from_json<TokenCreated>(
        manage("POST", "/api/manage/tokens/add", R"({"description":"t","models":[)" + models + "]}").body);
    EXPECT_TRUE(made.ok());
    return made.value().token;
  };
  const auto status_of = [this](const std::string& token, const std::string& model) {
    const auto answer =
        test::ask(server_->port(), "POST", "/v1beta/models/" + model + ":generateContent",
                  "Content-Type: application/json\r\nx-goog-api-key: " + token + "\r\n", kHello);
    if (answer && answer->status == 403) {
      EXPECT_NE(answer->body.find("may not use the model " + model), std::string::npos) << answer->body;
    }
    return answer ? answer->status : 0;
  };
  const std::string by_alias = token_for(R"("gpt-4o")"), by_model = token_for(R"("gemini-2.5-flash")");
  EXPECT_EQ(status_of(by_alias, "gpt-4o"), 200);
  EXPECT_EQ(status_of(by_alias, "gemini-2.5-flash"), 403);
  EXPECT_EQ(status_of(by_alias, "gpt-3.5"), 403);
  EXPECT_EQ(status_of(by_model, "gpt-4o"), 200);
  EXPECT_EQ(status_of(by_model, "gemini-2.5-flash"), 200);
  EXPECT_EQ(status_of(by_model, "gpt-3.5"), 403) << "which is another model";
}

TEST_P(Aliases, AreSetAsAWholeAndRefusedByField) {
  begin();
  const AliasList before = list();
  ASSERT_EQ(before.aliases.size(), 3U);
  EXPECT_EQ(before.aliases[1].note, "old clients");
  EXPECT_EQ(field_of(R"({"aliases":[{"alias":"a","model":"m"},{"alias":"b","model":"m"},)"
                     R"({"alias":"a b","model":"m"}]})",
                     400),
            "aliases[2].alias");
  EXPECT_EQ(field_of(R"({"aliases":[{"alias":"a"}]})", 400), "aliases[0].model");
  EXPECT_EQ(field_of(R"({"aliases":[],"revision":)" + std::to_string(before.revision - 1) + "}", 409),
            "revision");
  EXPECT_EQ(list().aliases, before.aliases);
  EXPECT_EQ(test::ask(server_->port(), "GET", kData, client_fields())->status, 401);
  EXPECT_EQ(test::ask(server_->port(), "PUT", kUpdate, client_fields(), R"({"aliases":[]})")->status, 401);
  EXPECT_EQ(
      manage("PUT", kUpdate, R"({"aliases":[],"revision":)" + std::to_string(before.revision) + "}").status,
      200);
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(generate("/v1beta/models/gpt-4o:generateContent").status, 404) << "on whichever worker";
}

TEST_P(Aliases, OutliveARestartInDatabaseModeOnly) {
  begin();
  const bool is_memory = std::string_view(GetParam()) == "memory";
  server_->kill_hard();
  server_ = std::make_unique<test::ServerProcess>(
      folder_.path(), test::ServerProcess::Environment{{"KEY_STORAGE_MODE", GetParam()},
                                                       {"GEMINI_API_KEYS", "AIzaSyFromTheEnvironment0001"},
                                                       {"GEMINI_BASE_URL", simulator_->base_url()}});
  ASSERT_TRUE(server_->running()) << server_->log();
  EXPECT_EQ(list().aliases.size(), is_memory ? 0U : 3U);
  EXPECT_EQ(generate("/v1beta/models/gpt-4o:generateContent").status, is_memory ? 404 : 200);
}

INSTANTIATE_TEST_SUITE_P(Modes, Aliases, ::testing::Values("memory", "database"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace geminate
