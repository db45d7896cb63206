#include "backend/proxy/anthropic_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backend/http/http_types.h"

namespace geminate::proxy {
namespace {

constexpr const char* kBody =
    R"({"model":"gemini-2.5-flash","max_tokens":9,"messages":[{"role":"user","content":"x"}]})";

/// A request with `anthropic-version`, where one is given.
http::HttpRequest request_of(std::string_view version, std::string body = kBody) {
  constexpr std::string_view kName = "anthropic-version";
  http::HttpRequest request;
  request.head_ = std::string(kName) + std::string(version);
  if (!version.empty()) {
    const auto name = static_cast<std::uint32_t>(kName.size());
    request.fields_.push_back({{0, name}, {name, static_cast<std::uint32_t>(version.size())}});
  }
  request.body_ = std::move(body);
  return request;
}

class AnthropicMessages : public testing::Test {
 protected:
  Result<ExchangePlan> plan(const http::HttpRequest& request) {
    return plan_messages(request, {"id-1", now_, 1, signatures_});
  }
  Result<ExchangePlan> plan_count(const http::HttpRequest& request) {
    return plan_count_tokens(request, {"id-1", now_, 1, signatures_});
  }

  SignatureMemory signatures_;
  const Now now_{};
};

TEST_F(AnthropicMessages, TakesEveryVersionThatIsKnownAndNone) {
  for (const char* version : {"", "2023-01-01", "2023-06-01", "2026-10-21"}) {
    EXPECT_TRUE(plan(request_of(version)).ok()) << version;
    EXPECT_TRUE(plan_count(request_of(version)).ok()) << version;
  }
}

TEST_F(AnthropicMessages, RefusesAVersionThatDoesNotExistByName) {
  const auto refused = plan(request_of("1999-01-01"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(refused.error().field, "anthropic-version");
  EXPECT_NE(refused.error().message.find("1999-01-01"), std::string::npos);
  EXPECT_FALSE(plan_count(request_of("1999-01-01")).ok());
}

TEST_F(AnthropicMessages, AsksForTheAnswerAsTheClientWantsIt) {
  const auto whole = plan(request_of(""));
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->dialect, Dialect::Anthropic);
  EXPECT_EQ(whole->target, "/v1beta/models/gemini-2.5-flash:generateContent");
  EXPECT_TRUE(whole->mapper->is_whole());
  const auto streamed = plan(request_of(
      "", R"({"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"x"}]})"));
  ASSERT_TRUE(streamed.ok());
  EXPECT_EQ(streamed->target, "/v1beta/models/m:streamGenerateContent?alt=sse");
  EXPECT_FALSE(streamed->mapper->is_whole());
}

TEST_F(AnthropicMessages, CountsTokensWithoutReservingAny) {
  const auto count = plan_count(request_of(""));
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->target, "/v1beta/models/gemini-2.5-flash:countTokens");
  EXPECT_EQ(count->estimated_tokens, 0);
  count->mapper->reset();
  ASSERT_TRUE(count->mapper->on_piece(R"({"totalTokens":7})").ok());
  EXPECT_EQ(*count->mapper->on_end(), R"({"input_tokens":7})");
}

TEST_F(AnthropicMessages, RemembersTheSignaturesOfToolCalls) {
  const auto whole = plan(request_of(""));
  ASSERT_TRUE(whole.ok());
  whole->mapper->reset();
  ASSERT_TRUE(
      whole->mapper
          ->on_piece(R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","id":"call-1"},)"
                     R"("thoughtSignature":"c2lnbmVk"}]}}]})")
          .ok());
  ASSERT_TRUE(whole->mapper->on_end().ok());
  EXPECT_EQ(signatures_.find(1, "call-1"), "c2lnbmVk");
}

}  // namespace
}  // namespace geminate::proxy
