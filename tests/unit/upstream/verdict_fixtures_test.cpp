// From an answer's bytes to its verdict: reading and judging together.

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <fstream>
#include <set>
#include <string>

#include "tests/support/places.h"
#include "tests/unit/upstream/verdict_fixtures.h"

namespace geminate {
namespace {

using keys::Verdict;
using keys::VerdictKind;
using test::VerdictFixture;
using namespace std::chrono_literals;

std::string row_name(const VerdictFixture& fixture, std::string_view body) {
  if (fixture.fault) return std::string(keys::row_for({keys::GoogleError{}, false, fixture.fault}).name);
  const auto error = test::read_fixture(fixture, body);
  return std::string(keys::row_for({error, fixture.asks_for_resource, std::nullopt}).name);
}

TEST(VerdictFixtures, HitTheRowsThatTheyAreMadeFor) {
  for (const auto& fixture : test::verdict_fixtures()) {
    EXPECT_EQ(row_name(fixture, fixture.body), fixture.row) << fixture.http_status << " " << fixture.body;
    EXPECT_EQ(test::judge_fixture(fixture, fixture.body).kind, fixture.kind) << fixture.row;
  }
}

TEST(VerdictFixtures, LeaveNoRowWithoutOne) {
  std::set<std::string> hit;
  for (const auto& fixture : test::verdict_fixtures()) hit.insert(row_name(fixture, fixture.body));
  for (const auto& row : keys::verdict_rows()) {
    EXPECT_TRUE(hit.count(std::string(row.name)) > 0) << row.name;
  }
}

TEST(VerdictFixtures, RestExactlyWhereTheVerdictSaysSo) {
  for (const auto& fixture : test::verdict_fixtures()) {
    const Verdict verdict = test::judge_fixture(fixture, fixture.body);
    const bool rests = verdict.kind == VerdictKind::Limited || verdict.kind == VerdictKind::NoQuotaForModel;
    EXPECT_EQ(verdict.retry_after > 0ms, rests) << fixture.row;
    EXPECT_EQ(verdict.reason.empty(), verdict.kind == VerdictKind::Fine) << fixture.row;
    EXPECT_EQ(verdict.reason.find("AIza"), std::string::npos) << "our key";
    EXPECT_EQ(verdict.consumer.find("api_key"), std::string::npos) << "our key";
  }
}

TEST(VerdictFixtures, NeverKillAKeyWhenTheyAreCutOffAnywhere) {
  for (const auto& fixture : test::verdict_fixtures()) {
    for (std::size_t length = 0; length < fixture.body.size(); ++length) {
      const Verdict verdict = test::judge_fixture(fixture, std::string_view(fixture.body).substr(0, length));
      if (fixture.kind != VerdictKind::Dead) {
        ASSERT_NE(verdict.kind, VerdictKind::Dead) << fixture.row << " cut at " << length;
      }
      ASSERT_LE(verdict.retry_after, 48h) << fixture.row << " cut at " << length;
    }
  }
}

/// What an unknown body under any status may do at worst.
TEST(VerdictFixtures, DegradeToSomethingMildWhenTheBodyIsNotGooglesAtAll) {
  const std::string bodies[] = {
      "",
      "null",
      "7",
      "[]",
      "{}",
      "\"API key not valid\"",
      R"({"error":null})",
      R"({"error":[]})",
      R"({"error":{"message":7,"status":[],"details":"x"}})",
      R"({"error":{"details":[7,null,[],{"@type":7},{"@type":"google.rpc.ErrorInfo"}]}})",
      "reason: API_KEY_INVALID",
      R"(Bad value {"reason":"API_KEY_INVALID"} was sent)",
      "<html>{\"reason\":\"API_KEY_INVALID\"} reported as leaked</html>",
      std::string(100'000, '['),
      std::string("\0\xff\xfe{", 4)};
  for (const std::string& body : bodies) {
    for (int status = 0; status < 1000; ++status) {
      const auto verdict =
          keys::judge(upstream::read_google_error(status, body.substr(0, 200)), status % 2 == 0);
      ASSERT_NE(verdict.kind, VerdictKind::Dead) << status << " " << body;
      if (verdict.kind == VerdictKind::Suspect) {
        ASSERT_TRUE(status == 401 || status == 403) << status << " " << body;
      }
    }
  }
}

TEST(VerdictFixtures, DoNotLetAClientTalkAKeyToDeath) {
  const std::string words[] = {"reported as leaked", "API key not valid",
                               "API key expired",    "API Key not found",
                               "API_KEY_INVALID",    R"(\"reason\": \"API_KEY_INVALID\")"};
  for (const std::string& word : words) {
    // Google quotes its caller in each of these.
    for (const std::string opening :
         {"Unsupported MIME type: ", "Invalid value at 'contents[0].role' (TYPE_STRING), \\\"", "models/",
          "Unknown name \\\"", "* ", "Invalid JSON payload received. Unknown name: "}) {
      const std::string body = R"({"error":{"code":400,"message":")" + opening + word +
                               R"(","status":"INVALID_ARGUMENT","details":[{"@type":
          "type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":")" +
                               opening + word + "\"}]}]}}";
      for (std::size_t length = 0; length <= body.size(); ++length) {
        for (const int status : {200, 400, 403, 404, 429}) {
          const auto error = upstream::read_google_error(status, std::string_view(body).substr(0, length));
          ASSERT_NE(keys::judge(error, false).kind, VerdictKind::Dead)
              << status << " " << body.substr(0, length);
        }
      }
    }
  }
}

TEST(VerdictFixtures, TellAnUnexplainedLimitFromOneThatNamesQuotaOrTime) {
  const auto unexplained = [](std::string_view body, std::string_view retry_after = {}) {
    return keys::judge(upstream::read_google_error(429, body, {"application/json", retry_after}), false)
        .is_unexplained;
  };
  EXPECT_TRUE(unexplained(""));
  EXPECT_TRUE(
      unexplained(R"({"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota)."}})"));
  EXPECT_TRUE(unexplained("", "0"));
  EXPECT_TRUE(unexplained("", "Fri, 27 Nov 2026 08:00:00 GMT"));
  EXPECT_FALSE(unexplained("", "30"));
  EXPECT_FALSE(unexplained(R"({"error":{"message":"Please retry in 5s."}})"));
  EXPECT_FALSE(unexplained(
      R"({"error":{"details":[{"@type":"google.rpc.QuotaFailure","violations":[{"quotaId":"PerMinute"}]}]}})"));
}

TEST(VerdictFixtures, CarryEveryQuotaAndTheProjectThatGoogleNames) {
  const auto verdict =
      keys::judge(upstream::read_google_error(
                      429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"x","details":[
        {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[
          {"quotaId":"TokensPerMinute","quotaMetric":"m/tokens","quotaDimensions":{"model":"g"},"quotaValue":"250000"},
          {"quotaId":"RequestsPerDay","quotaMetric":"m/requests","quotaDimensions":{"model":"g"},"quotaValue":"20"}]},
        {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED",
         "metadata":{"consumer":"projects/42","quota_limit":"RequestsPerDay"}},
        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"36s"}]}})"),
                  false);
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].limit, 250'000);
  EXPECT_EQ(verdict.violations[1].quota_id, "RequestsPerDay");
  EXPECT_EQ(verdict.violations[1].model, "g");
  EXPECT_EQ(verdict.consumer, "projects/42");
  EXPECT_EQ(verdict.quota, "RequestsPerDay");
  EXPECT_EQ(verdict.retry_after, 36s);
}

/// Recorded answers are used in place; none of them was given to a bad key.
void expect_recorded_faults_are_the_clients(const std::string& file_name) {
  std::ifstream file(test::recordings_file(file_name));
  if (!file) GTEST_SKIP() << "no recordings: set GEMINATE_RECORDINGS to the folder that holds " << file_name;
  int errors = 0;
  for (std::string line; std::getline(file, line);) {
    rapidjson::Document exchange;
    exchange.Parse(line.c_str());
    ASSERT_FALSE(exchange.HasParseError());
    const auto& response = exchange["response"];
    const int status = response["status"].GetInt();
    if (status < 400) continue;
    ++errors;
    rapidjson::StringBuffer body;
    rapidjson::Writer<rapidjson::StringBuffer> writer(body);
    response["body"].Accept(writer);
    const auto error = upstream::read_google_error(status, body.GetString());
    EXPECT_FALSE(error.message.empty());
    EXPECT_EQ(keys::judge(error, false).kind, VerdictKind::ClientFault) << body.GetString();
  }
  EXPECT_GT(errors, 0);
}

TEST(VerdictFixtures, AgreeWithTheRecordedErrorsOfGemini) {
  expect_recorded_faults_are_the_clients("gemini.jsonl");
}
TEST(VerdictFixtures, AgreeWithTheRecordedErrorsOfVertex) {
  expect_recorded_faults_are_the_clients("vertex.jsonl");
}

}  // namespace
}  // namespace geminate
