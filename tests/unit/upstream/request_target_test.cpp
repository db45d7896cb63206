#include "backend/upstream/request_target.h"

#include <gtest/gtest.h>

namespace geminate::upstream {
namespace {

std::string mapped(std::string_view target) {
  auto result = upstream_target(target);
  return result.ok() ? *result : "refused";
}

TEST(RequestTarget, PassesNativePathsAsTheyAre) {
  for (const char* target :
       {"/v1beta/models/gemini-2.5-flash:generateContent", "/v1beta/models",
        "/v1alpha/models/x:countTokens?alt=sse", "/v1/models/gemini-2.5-pro:generateContent",
        "/upload/v1beta/files?uploadType=resumable", "/v1beta/files/a%2Fb.c"}) {
    EXPECT_EQ(mapped(target), target);
  }
}

TEST(RequestTarget, MapsOtherNamesOfTheSamePaths) {
  EXPECT_EQ(mapped("/v2/models/x:generateContent?alt=sse"), "/v1beta/models/x:generateContent?alt=sse");
  EXPECT_EQ(mapped("/openai/v1/chat/completions"), "/v1beta/openai/chat/completions");
  EXPECT_EQ(mapped("/v2x/models"), "/v2x/models");
}

TEST(RequestTarget, TakesCredentialsOutOfTheQueryAndNothingElse) {
  EXPECT_EQ(mapped("/v1beta/models?key=secret"), "/v1beta/models");
  EXPECT_EQ(mapped("/v1beta/models?alt=sse&key=secret&b=%20&a"), "/v1beta/models?alt=sse&b=%20&a");
  EXPECT_EQ(mapped("/p?k%65y=secret&x=1"), "/p?x=1");
  EXPECT_EQ(mapped("/p?%6B%65%79=secret"), "/p");
  EXPECT_EQ(mapped("/p?key"), "/p");
  EXPECT_EQ(mapped("/p?KEY=secret&access_token=t&$key=s&x"), "/p?x");
  EXPECT_EQ(mapped("/p?monkey=1&keys=2&b=key"), "/p?monkey=1&keys=2&b=key");
  EXPECT_EQ(mapped("/p?z=1&a=2&z=3&&"), "/p?z=1&a=2&z=3&");
  EXPECT_EQ(mapped("/p?"), "/p");
  EXPECT_EQ(mapped("/upload/v1beta/files?upload_id=x&geminate_upload=ticket"),
            "/upload/v1beta/files?upload_id=x");
}

TEST(RequestTarget, RefusesWhatIsNoTarget) {
  for (const char* target : {"", "models", "http://evil.example/x", "/a b", "/a\r\nHost: evil", "/a\x7f",
                             "/\xC3\xA9", "/a#b", "*"}) {
    EXPECT_EQ(mapped(target), "refused") << target;
  }
}

TEST(RequestTarget, RefusesDotSegmentsInAnySpelling) {
  for (const char* target : {"/v1beta/../v1/x", "/v1beta/.", "/..", "/v1beta/%2e%2e/x", "/v1beta/.%2E/x",
                             "/v1beta/x/..%2f..", "/v1beta/..\\x", "/v1beta/openai/./x?a=b"}) {
    EXPECT_EQ(mapped(target), "refused") << target;
  }
  EXPECT_EQ(mapped("/v1beta/models/..x"), "/v1beta/models/..x");
  EXPECT_EQ(mapped("/v1beta/.well-known?path=../x"), "/v1beta/.well-known?path=../x");
}

TEST(RequestTarget, KnowsGooglesOpenaiSurface) {
  EXPECT_TRUE(is_openai_surface("/v1beta/openai/chat/completions"));
  EXPECT_TRUE(is_openai_surface("/v1beta/%6fpen%61i/models?a=b"));
  EXPECT_FALSE(is_openai_surface("/v1beta/models/openai/x"));
  EXPECT_FALSE(is_openai_surface("/v1beta/models?next=/v1beta/openai/%20"));
}

TEST(RequestTarget, FindsTheModelAndItsMethod) {
  EXPECT_EQ(model_of_path("/v1beta/models/gemini-2.5-flash:generateContent?alt=sse").model,
            "gemini-2.5-flash");
  EXPECT_EQ(model_of_path("/v1beta/models/gemini-2.5-flash:generateContent").method, "generateContent");
  EXPECT_EQ(model_of_path("/v1beta/models/gemini-2.5-flash%3AcountTokens").model, "gemini-2.5-flash");
  EXPECT_EQ(model_of_path("/v1beta/models/gemini-2.5-flash%3AcountTokens").method, "countTokens");
  EXPECT_EQ(model_of_path("/v1/models/gemini-x").model, "gemini-x");
  EXPECT_EQ(model_of_path("/v1beta/tunedModels/mine:generateContent").model, "mine");
  EXPECT_EQ(model_of_path("/v1beta/models/%E4%B8%AD:generateContent").model, "中");
  EXPECT_EQ(model_of_path("/v1beta/models/%ff%3a:generateContent").model, "%ff%3a");
  for (const char* path : {"/v1beta/models", "/v1beta/files/x", "/", "", "/v1beta/openai/models/x"}) {
    EXPECT_EQ(model_of_path(path).model, "") << path;
  }
}

}  // namespace
}  // namespace geminate::upstream
