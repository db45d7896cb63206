#include "tools/simulator/google_errors.h"

#include <cstdio>

#include "tools/simulator/json_text.h"

namespace geminate::simulator {
namespace {

constexpr std::string_view kType = R"({"@type":"type.googleapis.com/google.rpc.)";

Reply refusal(unsigned status, std::string_view name, std::string_view message,
              const std::string& details = {}, bool array = false) {
  std::string object = R"({"error":{"code":)" + std::to_string(status) + R"(,"message":)" + quoted(message) +
                       R"(,"status":)" + quoted(name);
  if (!details.empty()) object += R"(,"details":[)" + details + "]";
  object += "}}";
  Reply reply;
  reply.status = status;
  reply.body = array ? "[" + object + "]" : object;
  return reply;
}

std::string error_info(std::string_view reason, const std::string& metadata) {
  return std::string(kType) + R"(ErrorInfo","reason":)" + quoted(reason) +
         R"(,"domain":"googleapis.com","metadata":{)" + metadata +
         R"("service":"generativelanguage.googleapis.com"}})";
}

std::string localized(std::string_view message) {
  return std::string(kType) + R"(LocalizedMessage","locale":"en-US","message":)" + quoted(message) + "}";
}

std::string seconds(std::chrono::milliseconds delay, bool always_fraction) {
  char text[40];
  const auto whole = static_cast<long long>(delay.count() / 1000);
  const auto rest = static_cast<long long>(delay.count() % 1000);
  if (rest == 0 && !always_fraction) {
    std::snprintf(text, sizeof text, "%llds", whole);
  } else {
    std::snprintf(text, sizeof text, "%lld.%03llds", whole, rest);
  }
  return text;
}

std::string quota_failure(std::string_view quota, std::string_view model, std::string_view limit) {
  return std::string(kType) +
         R"(QuotaFailure","violations":[{"quotaMetric":"generativelanguage.googleapis.com/)"
         R"(generate_content_free_tier_requests","quotaId":)" +
         quoted(quota) + R"(,"quotaDimensions":{"location":"global","model":)" + quoted(model) +
         R"(},"quotaValue":)" + quoted(limit) + "}]}";
}

std::string quota_message(const Behaviour& behaviour, std::string_view model, std::string_view limit) {
  return "You exceeded your current quota, please check your plan and billing details. For more information "
         "on "
         "this "
         "error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: "
         "generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: " +
         std::string(limit) + ", model: " + std::string(model) + "\nPlease retry in " +
         seconds(behaviour.retry, true) + ".";
}

Reply quota_reply(const Behaviour& behaviour, std::string_view model, std::string_view limit) {
  const std::string quota =
      behaviour.quota.empty() ? "GenerateRequestsPerMinutePerProjectPerModel-FreeTier" : behaviour.quota;
  const std::string details = quota_failure(quota, model, limit) + "," + std::string(kType) +
                              R"(Help","links":[{"description":"Learn more about Gemini API quotas",)"
                              R"("url":"https://ai.google.dev/gemini-api/docs/rate-limits"}]},)" +
                              std::string(kType) + R"(RetryInfo","retryDelay":)" +
                              quoted(seconds(behaviour.retry, false)) + "}";
  return refusal(429, "RESOURCE_EXHAUSTED", quota_message(behaviour, model, limit), details, behaviour.array);
}

Reply bare_quota_reply(bool array) {
  return refusal(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", {}, array);
}

Reply quota_field_reply(const Behaviour& behaviour) {
  Reply reply = bare_quota_reply(behaviour.array);
  const auto whole = std::chrono::ceil<std::chrono::seconds>(behaviour.retry).count();
  reply.headers.emplace_back("Retry-After", std::to_string(whole));
  return reply;
}

// Google repeats the key's text here; that a proxy must not pass on.
Reply suspended_reply(std::string_view key, bool array) {
  const std::string consumer = "api_key:" + std::string(key);
  const std::string message = "Permission denied: Consumer '" + consumer + "' has been suspended.";
  const std::string metadata =
      R"("consumer":"projects/1000000000001","containerInfo":)" + quoted(consumer) + ",";
  return refusal(403, "PERMISSION_DENIED", message,
                 error_info("CONSUMER_SUSPENDED", metadata) + "," + localized(message), array);
}

Reply service_disabled_reply(bool array) {
  const std::string message =
      "Generative Language API has not been used in project 1000000000001 before or it is disabled. Enable "
      "it by "
      "visiting "
      "https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview?project="
      "1000000000001 then retry.";
  return refusal(403, "PERMISSION_DENIED", message,
                 error_info("SERVICE_DISABLED", R"("consumer":"projects/1000000000001",)"), array);
}

Reply unauthenticated_reply(bool array) {
  return refusal(
      401, "UNAUTHENTICATED",
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or "
      "other valid authentication credential.",
      error_info("ACCESS_TOKEN_TYPE_UNSUPPORTED", ""), array);
}

Reply denied_reply(bool array) {
  return refusal(403, "PERMISSION_DENIED",
                 "Requests to this API generativelanguage.googleapis.com method "
                 "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.",
                 error_info("API_KEY_SERVICE_BLOCKED", R"("consumer":"projects/1000000000001",)"), array);
}

Reply server_error_reply(unsigned status, bool array) {
  if (status == 503) {
    return refusal(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", {}, array);
  }
  if (status == 504)
    return refusal(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.");
  return refusal(status, "INTERNAL",
                 "An internal error has occurred. Please retry or report in "
                 "https://developers.generativeai.google/guide/troubleshooting",
                 {}, array);
}

Reply page(unsigned status, std::string_view title, std::string_view text) {
  Reply reply;
  reply.status = status;
  reply.content_type = "text/html; charset=UTF-8";
  reply.body = "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>" + std::string(title) +
               "</title>\n<p>" + std::string(text) + "\n</html>\n";
  return reply;
}

Reply sorry_page(unsigned status) {
  return page(
      status, "Sorry...",
      "We're sorry... but your computer or network may be sending automated queries. To protect our users, "
      "we can't process your request right now.");
}

Reply odd_reply(Fault fault) {
  if (fault == Fault::HtmlError) {
    return page(502, "Error 502 (Server Error)!!1",
                "The server encountered a temporary error and could not complete your request.");
  }
  Reply reply;
  if (fault == Fault::Redirect) {
    reply.status = 302;
    reply.headers.emplace_back("Location", "http://127.0.0.1:9/elsewhere");
  } else {
    reply.body = R"({"candidates": [{"content": {"parts": [{"te)";
  }
  return reply;
}

}  // namespace

Reply fault_reply(const Behaviour& behaviour, std::string_view key, std::string_view model) {
  const bool array = behaviour.array;
  switch (behaviour.fault) {
    case Fault::RateLimited:
      return quota_reply(behaviour, model, "10");
    case Fault::NoQuota:
      return quota_reply(behaviour, model, "0");
    case Fault::RateLimitedBare:
      return bare_quota_reply(array);
    case Fault::RateLimitedText:
      return refusal(429, "RESOURCE_EXHAUSTED", quota_message(behaviour, model, "10"), {}, array);
    case Fault::RateLimitedField:
      return quota_field_reply(behaviour);
    case Fault::InvalidKey:
      return invalid_key_reply(array);
    case Fault::Suspended:
      return suspended_reply(key, array);
    case Fault::Leaked:
      return refusal(403, "PERMISSION_DENIED",
                     "Your API key was reported as leaked. Please use another API key.", {}, array);
    case Fault::ServiceDisabled:
      return service_disabled_reply(array);
    case Fault::PermissionDenied:
      return denied_reply(array);
    case Fault::Unauthenticated:
      return unauthenticated_reply(array);
    case Fault::WrongLocation:
      return refusal(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", {},
                     array);
    case Fault::SorryPage:
      return sorry_page(behaviour.status);
    case Fault::ServerError:
      return server_error_reply(behaviour.status, array);
    default:
      return odd_reply(behaviour.fault);
  }
}

std::string stream_error_object(const Behaviour& behaviour, std::string_view model) {
  if (behaviour.status == 400) return invalid_key_reply().body;
  if (behaviour.status == 429) return quota_reply(behaviour, model, "10").body;
  return server_error_reply(behaviour.status, false).body;
}

Reply invalid_key_reply(bool array) {
  constexpr std::string_view kMessage = "API key not valid. Please pass a valid API key.";
  return refusal(400, "INVALID_ARGUMENT", kMessage,
                 error_info("API_KEY_INVALID", "") + "," + localized(kMessage), array);
}

Reply missing_key_reply(bool array) {
  return refusal(
      403, "PERMISSION_DENIED",
      "Method doesn't allow unregistered callers (callers without established identity). Please use API "
      "Key or other form of API consumer identity to call this API.",
      {}, array);
}

Reply unknown_model_reply(std::string_view model, std::string_view method) {
  return refusal(
      404, "NOT_FOUND",
      "models/" + std::string(model) + " is not found for API version v1beta, or is not supported for " +
          std::string(method) +
          ". Call ModelService.ListModels to see the list of available models and their supported methods.");
}

Reply bad_request_reply(std::string_view message, std::string_view field) {
  std::string details;
  if (!field.empty()) {
    details = std::string(kType) + R"(BadRequest","fieldViolations":[{"field":)" + quoted(field) +
              R"(,"description":)" + quoted(message) + "}]}";
  }
  return refusal(400, "INVALID_ARGUMENT", message, details);
}

Reply wrong_owner_reply(std::string_view resource) {
  const std::size_t slash = resource.find('/');
  const std::string kind = resource.substr(0, slash) == "files" ? "File " : "CachedContent ";
  const std::string id(slash == std::string_view::npos ? resource : resource.substr(slash + 1));
  return refusal(403, "PERMISSION_DENIED",
                 "You do not have permission to access the " + kind + id + " or it may not exist.");
}

Reply no_such_path_reply(std::string_view path) {
  // What stands in the path is text in a page here: nothing of it may become mark-up.
  std::string shown;
  for (const char c : path.substr(0, 200)) shown += c == '<' || c == '>' || c == '&' ? '?' : c;
  return page(404, "Error 404 (Not Found)!!1",
              "The requested URL " + shown + " was not found on this server.");
}

}  // namespace geminate::simulator
