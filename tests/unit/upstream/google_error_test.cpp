#include "backend/upstream/google_error.h"

#include <gtest/gtest.h>

#include <chrono>
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

keys::GoogleError read_detail(const std::string& detail, int status = 429) {
  return read_google_error(status, R"({"error":{"message":"x","details":)" + detail + "}}");
}

TEST(GoogleError, ReadsDelaysOfOtherTypes) {
  const auto delay = [](const std::string& value) {
    return read_detail(R"([{"@type":"google.rpc.RetryInfo","retryDelay":)" + value + "}]").retry_delay;
  };
  EXPECT_EQ(delay(R"({"seconds":"36","nanos":500000000})"), milliseconds{36'500});
  EXPECT_EQ(delay(R"({"seconds":36})"), milliseconds{36'000});
  EXPECT_EQ(delay("36"), milliseconds{36'000});
  for (const char* wrong : {"null", "true", "[]", "{}", "-5", R"({"seconds":-5})", "1e300",
                            R"({"seconds":9223372036854775807,"nanos":9223372036854775807})"}) {
    EXPECT_FALSE(delay(wrong)) << wrong;
  }
}

TEST(GoogleError, TheBodysTimeBeatsTheField) {
  const std::string info = R"({"error":{"details":[{"@type":"google.rpc.RetryInfo","retryDelay":"36s"}]}})";
  EXPECT_EQ(read_google_error(429, info, {"application/json", "5"}).retry_delay, milliseconds{36'000});
  const std::string words = R"({"error":{"message":"Please retry in 12.5s."}})";
  EXPECT_EQ(read_google_error(429, words, {"application/json", "5"}).retry_delay, milliseconds{12'500});
  EXPECT_EQ(read_google_error(429, "", {"", "5"}).retry_delay, milliseconds{5'000});
}

TEST(GoogleError, PassesOverDetailsOfOddTypes) {
  for (const char* details : {"7", "null", "\"x\"", "[[]]", "[7,null,true]", R"([{"@type":7}])",
                              R"([{"@type":"google.rpc.QuotaFailure","violations":7}])",
                              R"([{"@type":"google.rpc.QuotaFailure","violations":[7,{},{"quotaId":[]}]}])",
                              R"([{"@type":"google.rpc.ErrorInfo","reason":{},"metadata":[]}])"}) {
    const auto error = read_detail(details);
    EXPECT_TRUE(error.violations.empty()) << details;
    EXPECT_EQ(error.reason, "") << details;
    EXPECT_EQ(error.message, "x") << details;
  }
  EXPECT_EQ(read_detail(R"({"@type":"google.rpc.ErrorInfo","reason":"R"})").reason, "R") << "not in an array";
}

TEST(GoogleError, ReadsNumbersInAnySpelling) {
  const auto limit = [](const std::string& value) {
    return read_detail(R"([{"@type":"google.rpc.QuotaFailure","violations":[{"quotaId":"q","quotaValue":)" +
                       value + "}]}]")
        .violations.at(0)
        .limit;
  };
  EXPECT_EQ(limit("0"), 0);
  EXPECT_EQ(limit("\"0\""), 0);
  EXPECT_EQ(limit("20.0"), 20);
  EXPECT_EQ(limit("9007199254740993"), 9007199254740993);
  for (const char* wrong : {"\"\"", "\"20x\"", "20.5", "1e300", "null", "[]", "\"99999999999999999999\""}) {
    EXPECT_FALSE(limit(wrong)) << wrong;
  }
}

TEST(GoogleError, BoundsWhatItKeeps) {
  std::string violations = R"({"quotaId":"first"})";
  for (int i = 0; i < 60; ++i) violations += R"(,{"quotaId":")" + std::string(1000, 'q') + "\"}";
  const auto error =
      read_detail(R"([{"@type":"google.rpc.QuotaFailure","violations":[)" + violations + "]}]");
  ASSERT_EQ(error.violations.size(), 16U);
  EXPECT_EQ(error.violations[15].quota_id.size(), 200U);
}

TEST(GoogleError, ReadsTheQuotaThatOnlyErrorInfoNames) {
  const auto read = [](const std::string& location) {
    return read_detail(R"([{"@type":"google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","metadata":{)" +
                       location +
                       R"("quota_limit":"PerMinute","quota_metric":"m","quota_limit_value":"0"}}])")
        .violations.at(0);
  };
  EXPECT_EQ(read("").quota_id, "PerMinute");
  EXPECT_EQ(read("").metric, "m");
  EXPECT_EQ(read("").limit, 0);
  EXPECT_EQ(read(R"("quota_location":"global",)").limit, 0);
  EXPECT_FALSE(read(R"("quota_location":"us-west4",)").limit) << "one region's limit is not the key's";
}

TEST(GoogleError, TakesOnlyAProjectForTheConsumer) {
  const auto in_metadata = [](const std::string& consumer) {
    return read_detail(R"([{"@type":"google.rpc.ErrorInfo","metadata":{"consumer":")" + consumer + "\"}}]")
        .consumer;
  };
  EXPECT_EQ(in_metadata("projects/123"), "projects/123");
  EXPECT_EQ(in_metadata("projects/my-project.example:x_1"), "projects/my-project.example:x_1");
  for (const char* wrong : {"", "api_key:AIzaSyMadeUp", "projects/", "projects/a b", "123"}) {
    EXPECT_EQ(in_metadata(wrong), "") << wrong;
  }
  const auto in_words = [](int status, const std::string& message) {
    return read_google_error(status, R"({"error":{"message":")" + message + "\"}}").consumer;
  };
  EXPECT_EQ(in_words(429, "of service 'x' for consumer 'project_number:391'."), "projects/391");
  EXPECT_EQ(in_words(403, "Permission denied: Consumer 'projects/my-own' has been suspended."),
            "projects/my-own");
  EXPECT_EQ(in_words(403, "Permission denied: Consumer 'api_key:AIzaSyMadeUp' has been suspended."), "");
  EXPECT_EQ(in_words(400, "Invalid value: consumer 'projects/666'"), "") << "a 400 repeats its caller";
  EXPECT_EQ(in_words(403, "consumer 'projects/1"), "");
}

TEST(GoogleError, TakesTheStatusOfAnErrorInsideA200FromItself) {
  const auto status = [](const std::string& object) { return read_google_error(200, object).http_status; };
  EXPECT_EQ(status(R"({"error":{"code":429}})"), 429);
  EXPECT_EQ(status(R"({"error":{"code":"429"}})"), 429);
  EXPECT_EQ(status(R"({"error":{"status":"RESOURCE_EXHAUSTED"}})"), 429);
  EXPECT_EQ(status(R"({"error":{"code":7,"status":"PERMISSION_DENIED"}})"), 403);
  EXPECT_EQ(status(R"({"error":{"message":"what?"}})"), 500);
  EXPECT_EQ(status(R"({"error":"what?"})"), 500);
  EXPECT_EQ(status(R"([{"candidates":[]},{"error":{"code":503}}])"), 503) << "the array's later object";
  EXPECT_EQ(status("data: {\"candidates\":[]}\n\ndata: {\"error\":{\"code\":503}}\n\n"), 503)
      << "a later event";
  EXPECT_EQ(status(R"({"candidates":[],"code":429,"status":"RESOURCE_EXHAUSTED"})"), 200) << "no error";
  EXPECT_EQ(read_google_error(0, R"(data: {"error":{"code":429,"mess)").http_status, 429) << "cut off";
}

TEST(GoogleError, KnowsAPageByItsFieldOrItsFirstByte) {
  EXPECT_TRUE(read_google_error(403, "\r\n <!DOCTYPE html>").is_page);
  EXPECT_TRUE(read_google_error(403, "Sorry", {"Text/HTML; charset=UTF-8", ""}).is_page);
  EXPECT_FALSE(read_google_error(403, R"({"error":{"message":"x"}})", {"text/html", ""}).is_page)
      << "JSON all the same";
  EXPECT_FALSE(read_google_error(403, "Forbidden").is_page);
  EXPECT_FALSE(read_google_error(403, "").is_page);
  EXPECT_TRUE(read_google_error(429, "<p>Our systems have detected Unusual Traffic").refuses_address);
  EXPECT_FALSE(read_google_error(429, "<p>/v1beta/sorry-automated%20queries was refused").refuses_address)
      << "a client's path in a page";
  EXPECT_FALSE(read_google_error(429, R"({"error":{"message":"automated queries"}})").refuses_address);
}

}  // namespace
}  // namespace geminate::upstream
