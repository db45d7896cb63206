#include "backend/keys/verdict.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

struct Case {
  const char* what;
  GoogleError error;
  bool asks_for_resource;
  VerdictKind kind;
};

GoogleError error_of(int http_status, std::string status = {}, std::string message = {},
                     std::string reason = {}) {
  GoogleError error;
  error.http_status = http_status;
  error.status = std::move(status);
  error.message = std::move(message);
  error.reason = std::move(reason);
  return error;
}

GoogleError limit_error(std::optional<std::chrono::milliseconds> delay,
                        std::vector<GoogleError::Violation> violations = {}, std::string message = {}) {
  GoogleError error = error_of(429, "RESOURCE_EXHAUSTED", std::move(message));
  error.retry_delay = delay;
  error.violations = std::move(violations);
  return error;
}

// What contract.md lists under "What Google answers", row by row, in shapes that Google has sent.
const Case kTable[] = {
    {"it served", error_of(200), false, VerdictKind::Fine},
    {"an invalid key, by its reason",
     error_of(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"),
     false, VerdictKind::Dead},
    {"an invalid key without details",
     error_of(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), false,
     VerdictKind::Dead},
    {"an expired key",
     error_of(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", "API_KEY_INVALID"),
     false, VerdictKind::Dead},
    {"an expired key without details",
     error_of(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."), false,
     VerdictKind::Dead},
    {"a suspended consumer",
     error_of(403, "PERMISSION_DENIED", "Permission denied: Consumer 'api_key:x' has been suspended.",
              "CONSUMER_SUSPENDED"),
     false, VerdictKind::Dead},
    {"a leaked key",
     error_of(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
     false, VerdictKind::Dead},
    {"an invalid key, though a file was asked for",
     error_of(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"),
     true, VerdictKind::Dead},
    {"401", error_of(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."), false,
     VerdictKind::Suspect},
    {"a service that is off",
     error_of(403, "PERMISSION_DENIED",
              "Generative Language API has not been used in project 1 before or it is disabled.",
              "SERVICE_DISABLED"),
     false, VerdictKind::Suspect},
    {"a service that is off, though a file was asked for",
     error_of(403, "PERMISSION_DENIED", "", "SERVICE_DISABLED"), true, VerdictKind::Suspect},
    {"a key that is kept to other services",
     error_of(403, "PERMISSION_DENIED", "", "API_KEY_SERVICE_BLOCKED"), false, VerdictKind::Suspect},
    {"a key that is kept to other addresses",
     error_of(403, "PERMISSION_DENIED", "", "API_KEY_IP_ADDRESS_BLOCKED"), false, VerdictKind::Suspect},
    {"any other 403", error_of(403, "PERMISSION_DENIED", "The caller does not have permission"), false,
     VerdictKind::Suspect},
    {"another key's file, 403",
     error_of(403, "PERMISSION_DENIED",
              "You do not have permission to access the File abc or it may not exist."),
     true, VerdictKind::WrongOwner},
    {"another key's cached content, 404", error_of(404, "NOT_FOUND", "CachedContent not found"), true,
     VerdictKind::WrongOwner},
    {"an unsupported location",
     error_of(400, "FAILED_PRECONDITION", "User location is not supported for the API use."), false,
     VerdictKind::ClientFault},
    {"a bad request",
     error_of(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified"), false,
     VerdictKind::ClientFault},
    {"a bad request that names a file", error_of(400, "INVALID_ARGUMENT", ""), true,
     VerdictKind::ClientFault},
    {"an unknown model",
     error_of(404, "NOT_FOUND", "models/nonexistent-model is not found for API version v1beta"), false,
     VerdictKind::ClientFault},
    {"a body too large", error_of(413), false, VerdictKind::ClientFault},
    {"an unknown 4xx", error_of(418), false, VerdictKind::ClientFault},
    {"500", error_of(500, "INTERNAL"), false, VerdictKind::UpstreamFault},
    {"503", error_of(503, "UNAVAILABLE", "The model is overloaded. Please try again later."), false,
     VerdictKind::UpstreamFault},
    {"504", error_of(504, "DEADLINE_EXCEEDED"), false, VerdictKind::UpstreamFault},
    {"408", error_of(408), false, VerdictKind::UpstreamFault},
    {"no answer at all", error_of(0), false, VerdictKind::UpstreamFault},
    {"an answer before its time", error_of(100), false, VerdictKind::UpstreamFault},
    {"a status that no server sends", error_of(999), false, VerdictKind::UpstreamFault},
    {"a spent quota",
     limit_error(36s, {{"GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "m", "gemini", 10}}), false,
     VerdictKind::Limited},
    {"a spent quota that says nothing", limit_error(std::nullopt), false, VerdictKind::Limited},
    {"a limit of 0", limit_error(50s, {{"Free", "m", "gemini-2.5-pro", 0}}), false,
     VerdictKind::NoQuotaForModel},
    {"a limit of 0 in words",
     limit_error(50s, {},
                 "Quota exceeded for metric: x, limit: 0, model: gemini-2.5-pro\nPlease retry in 50s."),
     false, VerdictKind::NoQuotaForModel},
};

TEST(Verdict, IsTheTablesForEveryRow) {
  for (const Case& row : kTable) {
    const Verdict verdict = judge(row.error, row.asks_for_resource);
    EXPECT_EQ(verdict.kind, row.kind) << row.what;
    EXPECT_EQ(verdict.reason.empty(), row.kind == VerdictKind::Fine) << row.what;
    const bool has_time = row.kind == VerdictKind::Limited || row.kind == VerdictKind::NoQuotaForModel;
    EXPECT_EQ(verdict.retry_after > 0ms, has_time) << row.what;
  }
}

TEST(Verdict, ALimitLastsExactlyAsLongAsGoogleSays) {
  EXPECT_EQ(judge(limit_error(36s), false).retry_after, 36s);
  EXPECT_EQ(judge(limit_error(12'500ms), false).retry_after, 12'500ms);
}

TEST(Verdict, TheDelayBeatsTheQuotasName) {
  const Verdict verdict = judge(limit_error(36s, {{"PerMinute-Free", "m", "gemini", 10},
                                                  {"GenerateRequestsPerDayPerProject", "m", "gemini", 250}}),
                                false);
  EXPECT_EQ(verdict.retry_after, 36s);
  EXPECT_EQ(verdict.quota, "GenerateRequestsPerDayPerProject");
  EXPECT_NE(verdict.reason.find("PerDay"), std::string::npos);
}

TEST(Verdict, ADelayThatMakesNoSenseIsNotBelieved) {
  EXPECT_EQ(judge(limit_error(0ms), false).retry_after, judge(limit_error(std::nullopt), false).retry_after);
  EXPECT_EQ(judge(limit_error(-5s), false).kind, VerdictKind::Limited);
  EXPECT_GT(judge(limit_error(-5s), false).retry_after, 0ms);
  EXPECT_LE(judge(limit_error(10'000h), false).retry_after, 48h);
}

TEST(Verdict, OnlyAWholeZeroIsALimitOfZero) {
  for (const char* message : {"limit: 05", "limit: 0.5 per second", "limit: 10", "limit 0", "no limit"}) {
    EXPECT_EQ(judge(limit_error(5s, {}, message), false).kind, VerdictKind::Limited) << message;
  }
  for (const char* message : {"limit: 0", "limit: 0.", "x limit: 0, y"}) {
    EXPECT_EQ(judge(limit_error(5s, {}, message), false).kind, VerdictKind::NoQuotaForModel) << message;
  }
  EXPECT_EQ(judge(limit_error(5s, {{"q", "m", "x", std::nullopt}}), false).kind, VerdictKind::Limited);
}

TEST(Verdict, AClientCannotTalkAKeyToDeath) {
  // Google repeats what the client sent: the words are there, yet not where Google speaks for itself.
  for (const char* words :
       {"API key not valid", "reported as leaked", "API key expired", "API_KEY_INVALID"}) {
    const std::string bad_value =
        std::string("Invalid value at 'contents[0].role' (TYPE_STRING), \"") + words + "\"";
    EXPECT_EQ(judge(error_of(400, "INVALID_ARGUMENT", bad_value), false).kind, VerdictKind::ClientFault)
        << words;
    const std::string bad_file = std::string("You do not have permission to access the File ") + words;
    EXPECT_NE(judge(error_of(403, "PERMISSION_DENIED", bad_file), true).kind, VerdictKind::Dead) << words;
  }
}

TEST(Verdict, NeverRepeatsWhatGoogleWrote) {
  // Its messages have been seen to hold the key.
  const Verdict verdict =
      judge(error_of(403, "PERMISSION_DENIED",
                     "Permission denied: Consumer 'api_key:AIzaSyCanary' has been suspended.",
                     "CONSUMER_SUSPENDED"),
            false);
  EXPECT_EQ(verdict.reason.find("Canary"), std::string::npos);
}

TEST(Verdict, AQuotasNameIsCutToASensibleLength) {
  const Verdict verdict = judge(limit_error(5s, {{std::string(100'000, 'q'), "m", "x", 3}}), false);
  EXPECT_LE(verdict.quota.size(), 200U);
  EXPECT_LE(verdict.reason.size(), 300U);
}

}  // namespace
}  // namespace geminate::keys
