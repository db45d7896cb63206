#include "backend/proxy/model_names.h"

#include <gtest/gtest.h>

#include "backend/proxy/body_models.h"
#include "backend/proxy/listed_aliases.h"

namespace geminate::proxy {
namespace {

const config::AliasTable& aliases() {
  static const config::AliasTable table({{"gpt-4o", "gemini-2.5-pro", ""},
                                         {"gemini-2.5-pro", "gemini-3-pro", ""},
                                         {"openai/o3:high", "gemini-3-pro", ""},
                                         {"text-*", "gemini-embedding-001", ""}});
  return table;
}

/// What a request becomes: what is asked of upstream, and of which model.
struct Planned {
  std::string target, body, model, alias;
  bool operator==(const Planned&) const = default;
};

Planned planned(std::string_view method, std::string_view target, std::string_view body = {}) {
  http::HttpRequest request;
  request.head_ = std::string(method) + std::string(target);
  request.method_ = {0, static_cast<std::uint32_t>(method.size())};
  request.set_target({static_cast<std::uint32_t>(method.size()), static_cast<std::uint32_t>(target.size())});
  request.body_ = body;
  const auto plan = plan_native_by_alias(aliases(), request, Dialect::Gemini, request.target());
  EXPECT_TRUE(plan.ok()) << target;
  if (!plan.ok()) return {};
  EXPECT_FALSE(plan->body) << "the client's own bytes, whatever was exchanged in them";
  return {plan->target, request.body(), plan->model, plan->alias};
}

std::string target_of(std::string_view method, std::string_view target) {
  return planned(method, target).target;
}
std::string body_of(std::string_view target, std::string_view body) {
  return planned("POST", target, body).body;
}

TEST(ModelNames, AreResolvedInThePathsOfNativeCallsAndAllElseStays) {
  const std::string body = R"({ "contents":[ ], "model":"gpt-4o" })";
  EXPECT_EQ(planned("POST", "/v1beta/models/gpt-4o:streamGenerateContent?alt=sse&x=gpt-4o&key=secret", body),
            (Planned{"/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&x=gpt-4o", body,
                     "gemini-2.5-pro", "gpt-4o"}));
  EXPECT_EQ(target_of("POST", "/v1alpha/models/gpt-4o:generateContent"),
            "/v1alpha/models/gemini-2.5-pro:generateContent");
  EXPECT_EQ(target_of("POST", "/v1/models/gpt-4o:generateContent"),
            "/v1/models/gemini-2.5-pro:generateContent");
  EXPECT_EQ(target_of("POST", "/v2/models/gpt-4o:generateContent"),
            "/v1beta/models/gemini-2.5-pro:generateContent");
  EXPECT_EQ(target_of("GET", "/v1beta/models/gpt-4o?x"), "/v1beta/models/gemini-2.5-pro?x");
  EXPECT_EQ(target_of("GET", "/openai/v1/models/gpt-4o"), "/v1beta/openai/models/gemini-2.5-pro");
  EXPECT_EQ(target_of("GET", "/v1beta/models/gpt-4o/operations/abc"),
            "/v1beta/models/gemini-2.5-pro/operations/abc");
}

TEST(ModelNames, AreFoundInDisguiseAndWithSlashesAndColons) {
  for (const char* target :
       {"/v1beta/models/openai/o3:high:generateContent", "/v1beta/models/openai%2Fo3%3Ahigh:generateContent",
        "/v1beta/models/openai%2fo3:high%3AgenerateContent",
        "/v1beta/models/%6fpenai/o3%3ahigh:generateContent"}) {
    const Planned plan = planned("POST", target);
    EXPECT_EQ(plan.model, "gemini-3-pro") << target;
    EXPECT_EQ(plan.alias, "openai/o3:high") << target;
    EXPECT_TRUE(plan.target.starts_with("/v1beta/models/gemini-3-pro")) << plan.target;
    EXPECT_TRUE(plan.target.ends_with("generateContent")) << plan.target;
  }
  EXPECT_EQ(target_of("GET", "/v1beta/models/openai%2Fo3:high"), "/v1beta/models/gemini-3-pro");
}

TEST(ModelNames, ThatNobodyNamedGoOnAsTheyCame) {
  for (const char* target :
       {"/v1beta/models/gemini-2.5-flash:generateContent", "/v1beta/models/gpt-4:generateContent",
        "/v1beta/models", "/v1beta/files/gpt-4o", "/v1beta/tunedModels/gpt-4o:generateContent",
        "/v1beta/%6Dodels/gpt-4o:generateContent", "/v1beta//models/gpt-4o:generateContent"}) {
    EXPECT_EQ(planned("POST", target).target, target);
    EXPECT_EQ(planned("POST", target).alias, "") << target;
  }
}

TEST(ModelNames, AreExchangedInABodyThatNamesThePathsModelAgain) {
  EXPECT_EQ(body_of("/v1beta/models/text-embedding-3-small:batchEmbedContents",
                    R"({"requests": [{"model":"models/text-embedding-3-small","content":{"model":"text-x"}},
 {"content":{}, "model" : "models/text-embedding-3-small"}]})"),
            R"({"requests": [{"model":"models/gemini-embedding-001","content":{"model":"text-x"}},
 {"content":{}, "model" : "models/gemini-embedding-001"}]})");
  EXPECT_EQ(body_of("/v1beta/models/gpt-4o:countTokens",
                    R"({"generateContentRequest":{"model":"models/gpt-4o","contents":[]}})"),
            R"({"generateContentRequest":{"model":"models/gemini-2.5-pro","contents":[]}})");
  std::string many = R"({"requests":[)";
  for (std::size_t i = 0; i <= kMostBodyModels; ++i) many += R"({"model":"gpt-4o"},)";
  many += "{}]}";
  EXPECT_EQ(body_of("/v1beta/models/gpt-4o:batchEmbedContents", many), many);
  const std::string other = R"({"model":"models/other","content":{}})";
  EXPECT_EQ(body_of("/v1beta/models/gpt-4o:embedContent", other), other)
      << "Google says what is wrong with it";
}

TEST(ModelNames, AreExchangedInBodiesWhereTheSurfaceHasThemThere) {
  const std::string before = "{\"stream\" :true,\n \"model\": \"",
                    after = "\",\"n\":1.0e0,\"x\":\"\\u00e9\"}";
  for (const char* target : {"/openai/v1/chat/completions", "/v1beta/openai/chat/completions"}) {
    const Planned plan = planned("POST", target, before + "gpt-4o" + after);
    EXPECT_EQ(plan.body, before + "gemini-2.5-pro" + after);
    EXPECT_EQ(plan.model, "gemini-2.5-pro");
    EXPECT_EQ(plan.alias, "gpt-4o");
  }
  EXPECT_EQ(body_of("/openai/v1/chat/completions", R"({"m\u006fdel":"gp\u0074-4o"})"),
            R"({"m\u006fdel":"gemini-2.5-pro"})");
  EXPECT_EQ(body_of("/v1beta/cachedContents", R"({"model":"models/gpt-4o"})"),
            R"({"model":"models/gemini-2.5-pro"})");
  EXPECT_EQ(body_of("/v1beta/interactions", R"({"input":"x","model":"gpt-4o"})"),
            R"({"input":"x","model":"gemini-2.5-pro"})");
}

TEST(ModelNames, AreNotExchangedInBodiesThatCanBeReadInTwoWaysOrAreNoJson) {
  for (const char* body :
       {"", "{", "[]", R"({"model":7})", R"({"model":"gpt-4o","model":"gpt-4o"})", R"({"model":"gpt-4"})",
        R"({"model":"gpt-4o","mode\u006c":"b"})", R"({"deep":{"model":"gpt-4o"}})", R"([{"model":"gpt-4o"}])",
        R"({"model":{"model":"gpt-4o"}})", R"({"model":"gpt-4o"} trailing)"}) {
    const Planned plan = planned("POST", "/v1beta/openai/chat/completions", body);
    EXPECT_EQ(plan.body, body);
    EXPECT_EQ(plan.alias, "") << body;
  }
  const std::string good = R"({"model":"gpt-4o"})";
  EXPECT_EQ(planned("POST", "/v1beta/openai%2Fchat/completions", good).body, good);
  EXPECT_EQ(planned("GET", "/v1beta/openai/models", good).body, good);
  const std::string deep(200'000, '[');
  EXPECT_EQ(body_of("/openai/v1/chat/completions", deep), deep) << "as deep as it likes";
}

TEST(ModelNames, OfTranslatedRequestsAreExchangedOnce) {
  http::HttpRequest request;
  request.body_ = R"({"messages":[{"model":"gpt-4o"}],"model":"gpt-4o","stream":true})";
  EXPECT_EQ(exchange_alias(aliases(), request), "gpt-4o");
  EXPECT_EQ(request.body(), R"({"messages":[{"model":"gpt-4o"}],"model":"gemini-2.5-pro","stream":true})");
  request.body_ = R"({"model":"nobody's-alias"})";
  EXPECT_EQ(exchange_alias(aliases(), request), "");
  EXPECT_EQ(request.body(), R"({"model":"nobody's-alias"})");
}

/// The answer to the client for upstream's whole answer.
std::string answered(ExchangePlan plan, std::string_view upstream) {
  plan.mapper->reset();
  EXPECT_TRUE(plan.mapper->on_piece(upstream.substr(0, 9)).ok());
  EXPECT_TRUE(plan.mapper->on_piece(upstream.substr(9)).ok());
  const auto end = plan.mapper->on_end();
  EXPECT_TRUE(end.ok());
  return end.ok() ? std::string(*end) : std::string();
}

TEST(ModelNames, OfWholeAliasesAreListedAfterGoogles) {
  const std::string google = R"({"models":[{"name":"models/gemini-2.5-pro"}]})";
  const auto own = std::make_shared<const config::AliasTable>(aliases());
  EXPECT_EQ(
      answered(plan_model_list(own), google),
      R"({"object":"list","data":[{"id":"gemini-2.5-pro","object":"model","created":0,"owned_by":"google"},)"
      R"({"id":"gpt-4o","object":"model","created":0,"owned_by":"geminate"},)"
      R"({"id":"openai/o3:high","object":"model","created":0,"owned_by":"geminate"}]})");
  const auto none = std::make_shared<const config::AliasTable>();
  EXPECT_EQ(answered(plan_model_list(none), google).find("geminate"), std::string::npos);
}

TEST(ModelNames, OfAliasesAreAnsweredForUnderThemselves) {
  const std::string google = R"({"name":"models/gemini-3-pro"})";
  ExchangePlan plan = plan_model(aliases(), "openai%2Fo3%3Ahigh");
  EXPECT_EQ(plan.target, "/v1beta/models/gemini-3-pro");
  EXPECT_EQ(plan.alias, "openai/o3:high");
  EXPECT_EQ(answered(std::move(plan), google),
            R"({"id":"openai/o3:high","object":"model","created":0,"owned_by":"geminate"})");
  EXPECT_EQ(plan_model(aliases(), "gemini-3-pro").alias, "");
}

}  // namespace
}  // namespace geminate::proxy
