#include "backend/proxy/asked_model.h"

#include <gtest/gtest.h>

#include <string>

#include "backend/proxy/native_gemini.h"

namespace geminate::proxy {
namespace {

/// The model that a request would use; "refused" where it cannot be told, "unplanned" where it gets no plan.
std::string asked(std::string_view method, std::string_view target, std::string_view body = {}) {
  http::HttpRequest request;
  request.head_ = std::string(method) + std::string(target);
  request.method_ = {0, static_cast<std::uint32_t>(method.size())};
  request.set_target({static_cast<std::uint32_t>(method.size()), static_cast<std::uint32_t>(target.size())});
  request.body_ = body;
  const auto plan = plan_native(request, Dialect::Gemini);
  if (!plan.ok()) return "unplanned";
  const auto model = asked_model(request, *plan);
  if (model.ok()) return *model;
  EXPECT_EQ(model.error().code, ErrorCode::Forbidden);
  return "refused";
}

TEST(AskedModel, IsInThePathOfNativeCallsWhateverTheBodySays) {
  const std::string other = R"({"model":"models/other"})";
  EXPECT_EQ(asked("POST", "/v1beta/models/m-1:generateContent", other), "m-1");
  EXPECT_EQ(asked("POST", "/v1beta/models/m-1:countTokens", other), "m-1");
  EXPECT_EQ(asked("POST", "/v1/models/m-1:embedContent", other), "m-1");
  EXPECT_EQ(asked("POST", "/v2/models/m-1:generateContent?alt=sse", other), "m-1");
  EXPECT_EQ(asked("POST", "/v1beta/models/m%2D1%3AgenerateContent", other), "m-1");
  EXPECT_EQ(asked("GET", "/v1beta/models/m-1"), "m-1");
  EXPECT_EQ(asked("POST", "/v1beta/tunedModels/mine:generateContent", other), "mine");
}

TEST(AskedModel, IsInTheBodyWhereTheSurfaceHasItThere) {
  const std::string body = R"({"stream":true,"m\u006fdel":"gemini-2.5-flash","deep":{"model":"no"}})";
  EXPECT_EQ(asked("POST", "/v1beta/openai/chat/completions", body), "gemini-2.5-flash");
  EXPECT_EQ(asked("POST", "/openai/v1/embeddings", body), "gemini-2.5-flash");
  EXPECT_EQ(asked("POST", "/v1beta/cachedContents", R"({"model":"models/m"})"), "models/m");
}

TEST(AskedModel, IsNotGuessedFromABodyThatCanBeReadInTwoWays) {
  for (const char* body : {"", "{", "[]", "{}", R"({"model":7})", R"({"model":""})", R"({"model":null})",
                           R"({"model":"a","model":"b"})", R"({"model":"a","mode\u006c":"b"})",
                           R"({"deep":{"model":"a"}})", R"({"model":"a"} trailing)"}) {
    EXPECT_EQ(asked("POST", "/v1beta/openai/chat/completions", body), "refused") << body;
  }
}

TEST(AskedModel, IsNoneForListsAndFiles) {
  for (const char* target : {"/v1beta/models", "/v1beta/files/abc", "/v1beta/cachedContents/abc",
                             "/v1beta/openai/models", "/v1beta/tunedModels"}) {
    EXPECT_EQ(asked("GET", target), "") << target;
  }
  EXPECT_EQ(asked("DELETE", "/v1beta/files/abc"), "");
  EXPECT_EQ(asked("POST", "/upload/v1beta/files", "bytes"), "");
  EXPECT_EQ(asked("POST", "/v1beta/openai/files", "bytes"), "");
  EXPECT_EQ(asked("PATCH", "/v1beta/cachedContents/abc", R"({"ttl":"60s"})"), "");
}

TEST(AskedModel, IsRefusedWhereNothingTellsIt) {
  const std::string body = R"({"model":"gemini-2.5-flash"})";
  for (const char* target :
       {"/v1beta/%6Dodels/m-1:generateContent", "/v1beta//models/m-1:generateContent",
        "/v1beta/dynamic/abc:generateContent", "/v1beta/tunedModels", "/v1beta/batches/abc:cancel",
        "/v1beta/x", "/v1beta/models:generateContent", "/v1beta/openai%2Fchat/completions", "/v1beta/"}) {
    EXPECT_EQ(asked("POST", target, body), "refused") << target;
  }
  EXPECT_EQ(asked("GET", "/v1beta/%6Dodels/m-1"), "refused");
  EXPECT_EQ(asked("POST", "/v1beta/files/../models/m-1:generateContent", body), "unplanned");
}

}  // namespace
}  // namespace geminate::proxy
