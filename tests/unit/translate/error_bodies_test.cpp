#include <gtest/gtest.h>

#include <chrono>

#include "backend/translate/translate.h"
#include "shared/core/utf8.h"

namespace geminate::translate {
namespace {

const Error kFieldError{
    ErrorCode::UnsupportedField, "\"tools\" is not supported here", "inner detail", "tools", {}};
const Error kLimitError{
    ErrorCode::RateLimited, "Slow down", "inner detail", {}, std::chrono::milliseconds(1500)};

TEST(ErrorBodies, OpenaiHasAllFourFields) {
  EXPECT_EQ(openai_error_body(kFieldError),
            R"({"error":{"message":"\"tools\" is not supported here","type":"invalid_request_error",)"
            R"("param":"tools","code":"unsupported_parameter"}})");
  EXPECT_EQ(
      openai_error_body(kLimitError),
      R"({"error":{"message":"Slow down","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}})");
}

TEST(ErrorBodies, GeminiNamesTheFieldInABadRequestDetail) {
  EXPECT_EQ(
      gemini_error_body(kFieldError),
      R"({"error":{"code":400,"message":"\"tools\" is not supported here","status":"INVALID_ARGUMENT","details":[)"
      R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"UNSUPPORTED_FIELD","domain":"geminate"},)"
      R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"tools",)"
      R"("description":"\"tools\" is not supported here"}]}]}})");
}

TEST(ErrorBodies, GeminiCarriesTheDelayAsRetryInfo) {
  EXPECT_NE(gemini_error_body(kLimitError)
                .find(R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"})"),
            std::string::npos);
  Error whole = kLimitError;
  whole.retry_after = std::chrono::seconds(36);
  EXPECT_NE(gemini_error_body(whole).find(R"("retryDelay":"36s")"), std::string::npos);
}

TEST(ErrorBodies, AreUtf8WhateverOthersWrote) {
  const Error error{ErrorCode::BadRequest, "upstream said \xFF", {}, "na\xE2\x82me", {}};
  for (const auto& body : {openai_error_body(error), gemini_error_body(error), anthropic_error_body(error),
                           management_error_body(error)}) {
    EXPECT_TRUE(is_utf8(body)) << body;
    EXPECT_NE(body.find("upstream said \uFFFD"), std::string::npos) << body;
  }
}

TEST(ErrorBodies, ExhaustedCredentialsHaveTheirPromisedNames) {
  const Error error{ErrorCode::CredentialsExhausted, "No key works", {}, {}, {}};
  EXPECT_NE(openai_error_body(error).find(R"("code":"upstream_credentials_exhausted")"), std::string::npos);
  EXPECT_NE(management_error_body(error).find(R"("code":"upstream_credentials_exhausted")"),
            std::string::npos);
  EXPECT_NE(gemini_error_body(error).find(R"("reason":"UPSTREAM_CREDENTIALS_EXHAUSTED")"), std::string::npos);
}

TEST(ErrorBodies, AnthropicsAnswerHoldsTheRequestsId) {
  EXPECT_EQ(
      anthropic_error_answer({ErrorCode::NotFound, "no such model", {}, {}, {}}, "id-1"),
      R"({"type":"error","error":{"type":"not_found_error","message":"no such model"},"request_id":"id-1"})");
}

TEST(ErrorBodies, AnthropicNamesTheFieldInItsMessage) {
  EXPECT_EQ(
      anthropic_error_body(kFieldError),
      R"({"type":"error","error":{"type":"invalid_request_error","message":"\"tools\" is not supported here"}})");
  const Error unnamed{ErrorCode::BadRequest, "must be a number", {}, "temperature", {}};
  EXPECT_NE(anthropic_error_body(unnamed).find("temperature: must be a number"), std::string::npos);
}

TEST(ErrorBodies, ManagementHasCodeMessageAndField) {
  EXPECT_EQ(
      management_error_body(kFieldError),
      R"({"error":{"code":"unsupported_field","message":"\"tools\" is not supported here","field":"tools"}})");
  EXPECT_EQ(management_error_body(kLimitError),
            R"({"error":{"code":"rate_limited","message":"Slow down","field":null}})");
}

TEST(ErrorBodies, NeverShowTheDetail) {
  for (const auto body :
       {openai_error_body, gemini_error_body, anthropic_error_body, management_error_body}) {
    EXPECT_EQ(body(kLimitError).find("inner detail"), std::string::npos);
  }
}

}  // namespace
}  // namespace geminate::translate
