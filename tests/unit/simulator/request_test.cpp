#include "tools/simulator/request.h"

#include <gtest/gtest.h>

namespace geminate::simulator {
namespace {

Request request_with(std::vector<std::pair<std::string, std::string>> headers,
                     std::string target = "/v1beta/models") {
  return {"GET", std::move(target), std::move(headers), {}};
}

TEST(Request, FindsQueryParametersAndDecodesThem) {
  const Request request = request_with({}, "/x?alt=sse&key=a%2Bb&empty");
  EXPECT_EQ(request.query("alt"), "sse");
  EXPECT_EQ(request.query("key"), "a+b");
  EXPECT_EQ(request.query("empty"), "");
  EXPECT_FALSE(request.query("other").has_value());
  EXPECT_EQ(request.path(), "/x");
}

TEST(Violations, NoneForWhatAProxyMaySend) {
  const Request request = request_with({{"Host", "x"},
                                        {"x-goog-api-key", "k"},
                                        {"x-goog-api-client", "genai-js"},
                                        {"User-Agent", "u"},
                                        {"Accept-Encoding", "identity"},
                                        {"Connection", "keep-alive"}});
  EXPECT_TRUE(violations_of(request, {}).empty());
}

TEST(Violations, AKeyInTheUrlAndASecondCredential) {
  const Request request = request_with({{"x-goog-api-key", "k"}}, "/v1beta/models?key=k");
  EXPECT_EQ(violations_of(request, {}).size(), 2U);
}

TEST(Violations, HopByHopAndForbiddenHeaders) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Cookie", "a=b"},
                                                        {"Authorization", "Bearer x"},
                                                        {"X-Forwarded-For", "10.0.0.1"},
                                                        {"TE", "trailers"},
                                                        {"Connection", "upgrade"},
                                                        {"Transfer-Encoding", "gzip"},
                                                        {"Accept-Encoding", "br"}}) {
    EXPECT_EQ(violations_of(request_with({{name, value}}), {}).size(), 1U) << name;
  }
}

TEST(Violations, BearerBelongsToTheOpenaiSurfaceOnly) {
  EXPECT_TRUE(
      violations_of(request_with({{"Authorization", "Bearer k"}}, "/v1beta/openai/models"), {}).empty());
  EXPECT_EQ(violations_of(request_with({{"x-goog-api-key", "k"}}, "/v1beta/openai/models"), {}).size(), 1U);
}

TEST(Violations, FurtherHeadersCanBeAllowed) {
  EXPECT_TRUE(violations_of(request_with({{"X-Trace", "1"}}), {"x-trace"}).empty());
}

}  // namespace
}  // namespace geminate::simulator
