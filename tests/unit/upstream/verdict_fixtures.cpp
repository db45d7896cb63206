#include "tests/unit/upstream/verdict_fixtures.h"

namespace geminate::test {
namespace {

using enum keys::VerdictKind;
using keys::TransportFault;

std::string refusal(int code, const std::string& status, const std::string& message,
                    const std::string& details = {}) {
  const std::string tail = details.empty() ? std::string() : ",\n    \"details\": [\n" + details + "\n    ]";
  return "{\n  \"error\": {\n    \"code\": " + std::to_string(code) + ",\n    \"message\": \"" + message +
         "\",\n    \"status\": \"" + status + "\"" + tail + "\n  }\n}\n";
}

std::string error_info(const std::string& reason, const std::string& metadata = {}) {
  return R"({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": ")" + reason +
         R"(", "domain": "googleapis.com", "metadata": {)" + metadata +
         R"("service": "generativelanguage.googleapis.com"}})";
}

std::string quota_failure(const std::string& id, const std::string& value) {
  return R"({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaMetric":
    "generativelanguage.googleapis.com/generate_content_free_tier_requests", "quotaId": ")" +
         id + R"(", "quotaDimensions": {"model": "gemini-2.5-flash", "location": "global"}, "quotaValue": )" +
         value + "}]}";
}

std::string retry_info(const std::string& delay) {
  return R"({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": ")" + delay + "\"}";
}

constexpr const char* kPerDay = "GenerateRequestsPerDayPerProjectPerModel-FreeTier";
constexpr const char* kPerMinute = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";
const std::string kConsumer = R"("consumer": "projects/100200300400", )";
const std::string kExceeded =
    "You exceeded your current quota, please check your plan and billing details. For more information on "
    "this "
    "error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.";
const std::string kNotValid = "API key not valid. Please pass a valid API key.";

std::string page(const std::string& title, const std::string& text) {
  return "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>" + title + "</title>\n<p>" + text +
         "\n</html>\n";
}

std::string sorry_page() {
  return R"(<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"/><title>Sorry...</title>)"
         R"(</head><body><div><h1>We're sorry...</h1><p>... but your computer or network may be sending )"
         R"(automated queries. To protect our users, we can't process your request right now.</p></div></body></html>)";
}

std::string captcha_page() {
  return R"(<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><title>https://)"
         R"(generativelanguage.googleapis.com/v1beta/models</title></head><body><form id="captcha-form">)"
         R"(Our systems have detected unusual traffic from your computer network.</form></body></html>)";
}

using Fixtures = std::vector<VerdictFixture>;
constexpr std::string_view kHtml = "text/html; charset=UTF-8";

void add_faults(Fixtures& all) {
  all.push_back({"not-reached", UpstreamFault, 0, "", "", "", false, TransportFault::NotReached});
  all.push_back({"timed-out", UpstreamFault, 0, "", "", "", true, TransportFault::TimedOut});
  all.push_back({"broken-off", UpstreamFault, 0, "", "", "", false, TransportFault::BrokenOff});
  all.push_back({"address-not-allowed", Egress, 0, "", "", "", false, TransportFault::AddressRefused});
  all.push_back({"proxy-failed", Egress, 0, "", "", "", false, TransportFault::ProxyFailed});
  all.push_back({"served", Fine, 200, R"({"candidates": [{"finishReason": "STOP"}], "code": 429})"});
  all.push_back({"unchanged", Fine, 304, ""});
  all.push_back({"upload-goes-on", Fine, 308, ""});
  all.push_back({"redirect", UpstreamFault, 302, page("302 Moved", "The document has moved"), kHtml});
  all.push_back({"no-status", UpstreamFault, 0, R"({"candidates": [{"content": {"parts": [{"te)"});
  all.push_back({"no-status", UpstreamFault, 103, ""});
  all.push_back({"odd-status", UpstreamFault, 999, ""});
  all.push_back({"server-error", UpstreamFault, 503,
                 refusal(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")});
  all.push_back(
      {"server-error", UpstreamFault, 500, refusal(500, "INTERNAL", "Internal error encountered.")});
  all.push_back(
      {"server-error", UpstreamFault, 502, page("Error 502 (Server Error)!!1", "That's an error."), kHtml});
  all.push_back({"server-error", UpstreamFault, 503, sorry_page(), kHtml});
  all.push_back({"server-error", UpstreamFault, 504, ""});
  // Inside a 200, as an event of a stream; the status is then the event's.
  all.push_back({"server-error", UpstreamFault, 200,
                 "data: "
                 R"({"error":{"code":"503","message":"overloaded","status":"UNAVAILABLE"}})"
                 "\r\n\r\n",
                 "text/event-stream"});
  all.push_back({"proxy-refusal", UpstreamFault, 407, "Proxy Authentication Required", "text/plain"});
  all.push_back({"request-timeout", UpstreamFault, 408, page("Error 408 (Request Timeout)!!1", "x"), kHtml});
  all.push_back({"cancelled", UpstreamFault, 499, refusal(499, "CANCELLED", "The operation was cancelled.")});
}

void add_pages(Fixtures& all) {
  all.push_back({"address-refused", Egress, 429, sorry_page(), kHtml});
  all.push_back({"address-refused", Egress, 403, captcha_page(), ""});
  all.push_back({"page-429", Limited, 429, page("Error 429 (Too Many Requests)!!1", "x"), kHtml});
  all.push_back({"page-429", Limited, 429, page("429", "x"), kHtml, "30"});
  all.push_back(
      {"page-denied", UpstreamFault, 403,
       page("Error 403 (Forbidden)!!1", "Your client does not have permission to get URL /v1beta/sorry"),
       kHtml});
  all.push_back({"page-denied", UpstreamFault, 401, "<h1>Unauthorized</h1>", ""});
  all.push_back({"page", ClientFault, 404,
                 page("Error 404 (Not Found)!!1", "The requested URL was not found on this server."), kHtml});
  all.push_back({"page", ClientFault, 400, page("Error 400 (Bad Request)!!1", "malformed"), kHtml});
}

void add_dead(Fixtures& all) {
  const std::string localized =
      R"(, {"@type": "type.googleapis.com/google.rpc.LocalizedMessage", "locale": "en-US", "message": ")" +
      kNotValid + "\"}";
  const std::string invalid =
      refusal(400, "INVALID_ARGUMENT", kNotValid, error_info("API_KEY_INVALID") + localized);
  all.push_back({"invalid", Dead, 400, invalid});
  all.push_back({"invalid", Dead, 400, "[" + invalid + "]"});
  all.push_back({"invalid", Dead, 400, invalid, "application/json", "", true});
  all.push_back({"invalid-by-words", Dead, 400, refusal(400, "INVALID_ARGUMENT", kNotValid)});
  all.push_back({"unknown-by-words", Dead, 400,
                 refusal(400, "INVALID_ARGUMENT", "API Key not found. Please pass a valid API key.")});
  all.push_back({"expired-by-words", Dead, 400,
                 refusal(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.",
                         error_info("API_KEY_INVALID"))});
  all.push_back(
      {"expired", Dead, 403, refusal(403, "PERMISSION_DENIED", "x", error_info("API_KEY_EXPIRED"))});
  all.push_back(
      {"suspended", Dead, 403,
       refusal(
           403, "PERMISSION_DENIED", "Permission denied: Consumer 'api_key:AIzaSyMadeUp' has been suspended.",
           error_info("CONSUMER_SUSPENDED", kConsumer + R"("containerInfo": "api_key:AIzaSyMadeUp", )"))});
  all.push_back({"leaked", Dead, 403,
                 refusal(403, "PERMISSION_DENIED",
                         "Your API key was reported as leaked. Please use another API key.")});
  // In a stream that began as a 200.
  all.push_back(
      {"leaked", Dead, 200,
       "data: "
       R"({"error":{"message":"Your API key was reported as leaked.","status":"PERMISSION_DENIED"}})"
       "\n\n",
       "text/event-stream"});
}

void add_suspect(Fixtures& all) {
  const auto denied = [&all](std::string_view row, const std::string& reason, const std::string& message) {
    all.push_back(
        {row, Suspect, 403, refusal(403, "PERMISSION_DENIED", message, error_info(reason, kConsumer))});
  };
  denied("service-off", "SERVICE_DISABLED",
         "Generative Language API has not been used in project 100200300400 before or it is disabled.");
  denied("billing-off", "BILLING_DISABLED", "This API method requires billing to be enabled.");
  denied("service-blocked", "API_KEY_SERVICE_BLOCKED",
         "Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta."
         "GenerativeService.GenerateContent are blocked.");
  denied("address-blocked", "API_KEY_IP_ADDRESS_BLOCKED",
         "The provided API key has an IP address restriction.");
  denied("referrer-blocked", "API_KEY_HTTP_REFERRER_BLOCKED", "Requests from referer <empty> are blocked.");
  denied("android-only", "API_KEY_ANDROID_APP_BLOCKED", "Requests from this Android client are blocked.");
  denied("ios-only", "API_KEY_IOS_APP_BLOCKED", "Requests from this iOS client are blocked.");
  all.push_back(
      {"project-denied", Suspect, 403,
       refusal(403, "PERMISSION_DENIED", "Your project has been denied access. Please contact support."),
       "application/json", "", true});
  all.push_back({"unauthenticated", Suspect, 401,
                 refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.",
                         error_info("ACCESS_TOKEN_TYPE_UNSUPPORTED"))});
  all.push_back(
      {"denied", Suspect, 403, refusal(403, "PERMISSION_DENIED", "The caller does not have permission")});
  all.push_back({"denied", Suspect, 403, ""});
}

void add_limits(Fixtures& all) {
  const auto limit = [&all](std::string_view row, const std::string& message, const std::string& details = {},
                            std::string_view retry_after = {}) {
    const auto kind = row == "no-quota" ? NoQuotaForModel : Limited;
    all.push_back({row, kind, 429, refusal(429, "RESOURCE_EXHAUSTED", message, details), "application/json",
                   retry_after});
  };
  limit("no-quota", kExceeded, quota_failure(kPerDay, "\"0\"") + "," + retry_info("47s"));
  limit(
      "no-quota",
      kExceeded + "\\n* Quota exceeded for metric: x, limit: 0, model: gemini-2.5-pro\\nPlease retry in 50s.",
      retry_info("50s"));
  limit("no-quota", kExceeded, quota_failure(kPerDay, "0"));
  all.push_back(
      {"billed-only", NoQuotaForModel, 400,
       refusal(400, "INVALID_ARGUMENT", "Imagen API is only accessible to billed users at this time.")});
  limit("limited", kExceeded, quota_failure(kPerMinute, "\"10\"") + "," + retry_info("36s"));
  limit("limited", kExceeded, quota_failure(kPerDay, "250") + "," + retry_info("36.5s"));
  limit("limited", kExceeded + "\\nPlease retry in 12.5s.");
  limit("limited", "Resource has been exhausted (e.g. check quota).", "", "20");
  all.push_back({"limited", Limited, 200,
                 "data: {\"candidates\":[]}\n\ndata: "
                 R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Please retry in 7s."}})"
                 "\n\n",
                 "text/event-stream"});
  limit("credits-spent",
        "Your prepayment credits are depleted. Please go to AI Studio to manage your billing.");
  limit("day-spent", kExceeded, quota_failure(kPerDay, "\"250\""));
  limit("quota-spent", kExceeded, quota_failure(kPerMinute, "\"10\""));
  limit(
      "quota-spent", "Quota exceeded for quota metric 'Generate Content API requests per minute'",
      error_info(
          "RATE_LIMIT_EXCEEDED",
          R"("quota_location": "us-west4", "quota_limit_value": "0", "quota_limit": "PerProjectPerRegion", )" +
              kConsumer));
  limit("unexplained", "Resource has been exhausted (e.g. check quota).");
  all.push_back({"unexplained", Limited, 429, ""});
  all.push_back({"unexplained", Limited, 429, "Too Many Requests", "text/plain"});
}

void add_rest(Fixtures& all) {
  const std::string permission = "You do not have permission to access the File abc or it may not exist.";
  all.push_back(
      {"others-file-403", WrongOwner, 403, refusal(403, "PERMISSION_DENIED", permission), "", "", true});
  all.push_back({"others-file-404", WrongOwner, 404,
                 refusal(404, "NOT_FOUND", "CachedContent not found (or permission denied)"), "", "", true});
  all.push_back({"precondition", ClientFault, 400,
                 refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")});
  all.push_back(
      {"client-fault", ClientFault, 400,
       refusal(400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: contents is not specified")});
  all.push_back({"client-fault", ClientFault, 404,
                 refusal(404, "NOT_FOUND", "models/nonexistent is not found for API version v1beta")});
  all.push_back({"client-fault", ClientFault, 413, ""});
  all.push_back({"client-fault", ClientFault, 418, "I'm a teapot", "text/plain"});
}

}  // namespace

std::vector<VerdictFixture> verdict_fixtures() {
  Fixtures all;
  add_faults(all);
  add_pages(all);
  add_dead(all);
  add_suspect(all);
  add_limits(all);
  add_rest(all);
  return all;
}

}  // namespace geminate::test
