#include "backend/upstream/google_error.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;

constexpr const char* kQuota = R"({"error": {"code": 429,
  "message": "You exceeded your current quota, please check your plan. Please retry in 36.2s.",
  "status": "RESOURCE_EXHAUSTED",
  "details": [
    {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [
      {"quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
       "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
       "quotaDimensions": {"location": "global", "model": "gemini-2.5-pro"}, "quotaValue": "50"},
      {"quotaId": "Second", "quotaValue": 0}]},
    {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"}]}})";

constexpr const char* kInvalidKey =
    R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.",
  "status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID",
  "domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com","consumer":"projects/123"}},
  {"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"en-US","message":"API key not valid."}]}})";

void expect_quota(const keys::GoogleError& error) {
  EXPECT_EQ(error.http_status, 429);
  EXPECT_EQ(error.status, "RESOURCE_EXHAUSTED");
  ASSERT_EQ(error.violations.size(), 2u);
  EXPECT_EQ(error.violations[0].quota_id, "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  EXPECT_EQ(error.violations[0].metric,
            "generativelanguage.googleapis.com/generate_content_free_tier_requests");
  EXPECT_EQ(error.violations[0].model, "gemini-2.5-pro");
  EXPECT_EQ(error.violations[0].limit, 50);
  EXPECT_EQ(error.violations[1].limit, 0);
  EXPECT_EQ(error.retry_delay, milliseconds{36'000});
}

TEST(GoogleError, ReadsAQuotaFailure) { expect_quota(read_google_error(429, kQuota)); }

TEST(GoogleError, ReadsTheObjectInAnArray) {
  expect_quota(read_google_error(429, "[" + std::string(kQuota) + "]"));
}

TEST(GoogleError, ReadsTheObjectInAnEvent) {
  std::string line = kQuota;
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  expect_quota(read_google_error(429, "data: " + line + "\r\n\r\n"));
  expect_quota(read_google_error(429, "event: error\ndata: " + line + "\n"));
}

TEST(GoogleError, ReadsReasonAndConsumer) {
  const auto error = read_google_error(400, kInvalidKey);
  EXPECT_EQ(error.reason, "API_KEY_INVALID");
  EXPECT_EQ(error.consumer, "projects/123");
  EXPECT_EQ(error.status, "INVALID_ARGUMENT");
  EXPECT_FALSE(error.retry_delay);
}

TEST(GoogleError, ReadsDelaysAsGoogleWritesThem) {
  const auto delay = [](const std::string& text) {
    return read_google_error(
               429,
               R"({"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":")" +
                   text + "\"}]}}")
        .retry_delay;
  };
  EXPECT_EQ(delay("12.5s"), milliseconds{12'500});
  EXPECT_EQ(delay("0s"), milliseconds{0});
  EXPECT_EQ(delay("0.0001s"), milliseconds{1});
  for (const char* wrong : {"", "s", "12", "-1s", "12.5 s", "1e99s", "nans", "99999999s", "12sx"}) {
    EXPECT_FALSE(delay(wrong)) << wrong;
  }
}

TEST(GoogleError, ReadsDelaysInWords) {
  const auto delay = [](const std::string& message) {
    return read_google_error(429, R"({"error":{"message":")" + message + "\"}}").retry_delay;
  };
  EXPECT_EQ(delay("Please retry in 12.5s."), milliseconds{12'500});
  EXPECT_EQ(delay("Retry in 1h2m3.5s"), milliseconds{3'723'500});
  EXPECT_EQ(delay("retry in 350.1ms."), milliseconds{351});
  EXPECT_FALSE(delay("retry in a while"));
  EXPECT_FALSE(delay("retry in 5"));
  EXPECT_FALSE(delay("retry in "));
}

TEST(GoogleError, KeepsTheStatusWhereThereIsNothingToRead) {
  for (const char* body :
       {"", "<html><title>502 Bad Gateway</title></html>", "null", "[]", "[[]]", "7", "{}", "{\"error\":7}",
        "{\"error\":{\"details\":7,\"status\":7}}", "data: [DONE]\n\n", "\xff\xfe"}) {
    const auto error = read_google_error(502, body);
    EXPECT_EQ(error.http_status, 502);
    EXPECT_EQ(error.status, "") << body;
    EXPECT_TRUE(error.violations.empty());
    EXPECT_FALSE(error.retry_delay);
  }
}

TEST(GoogleError, SavesWhatItCanFromATruncatedBody) {
  const std::string whole = kQuota;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(read_google_error(429, whole.substr(0, length)).http_status, 429);
  }
  const auto error = read_google_error(429, whole.substr(0, whole.find("Help")));
  EXPECT_EQ(error.status, "RESOURCE_EXHAUSTED");
  EXPECT_EQ(error.retry_delay, milliseconds{36'200});
}

TEST(GoogleError, SurvivesDepth) {
  EXPECT_EQ(read_google_error(500, std::string(200'000, '[')).http_status, 500);
  EXPECT_EQ(read_google_error(500, std::string(100'000, '[') + std::string(100'000, ']')).http_status, 500);
}

TEST(GoogleError, ReadsRecordedErrors) {
  const char* folder = std::getenv("GEMINATE_RECORDINGS");
  const std::filesystem::path base =
      folder != nullptr ? std::filesystem::path(folder)
                        : std::filesystem::path(GEMINATE_REPOSITORY) / "../shared/recordings";
  std::ifstream file(base / "gemini.jsonl");
  if (!file) GTEST_SKIP() << "no recordings: set GEMINATE_RECORDINGS to the folder that holds gemini.jsonl";
  int errors = 0;
  for (std::string line; std::getline(file, line);) {
    rapidjson::Document exchange;
    exchange.Parse(line.c_str());
    ASSERT_FALSE(exchange.HasParseError());
    const int status = exchange["response"]["status"].GetInt();
    if (status < 400) continue;
    rapidjson::StringBuffer body;
    rapidjson::Writer<rapidjson::StringBuffer> writer(body);
    exchange["response"]["body"].Accept(writer);
    const auto error = read_google_error(status, body.GetString());
    EXPECT_EQ(error.status, "NOT_FOUND");
    EXPECT_NE(error.message.find("is not found"), std::string::npos);
    ++errors;
  }
  EXPECT_GT(errors, 0);
}

}  // namespace
}  // namespace geminate::upstream
