#include "tools/simulator/google_errors.h"
#include "tools/simulator/json_text.h"
#include "tools/simulator/site.h"

// The simulator's own routes, for tests in other processes:
//   GET  /_simulator/stats      what Stats holds
//   GET  /_simulator/requests   the last requests, as they arrived
//   POST /_simulator/script     {"key"?, "model"?, "path"?, "times"?, "behaviour": "429,retry_ms=500"}: a
//   rule more POST /_simulator/reset      forgets rules and statistics

namespace geminate::simulator {
namespace {

void put_map(std::string& json, const char* name, const std::map<std::string, std::uint64_t>& counts) {
  json += std::string(",\"") + name + "\":{";
  bool first = true;
  for (const auto& [key, count] : counts) {
    json += (first ? "" : ",") + quoted(key) + ":" + std::to_string(count);
    first = false;
  }
  json += "}";
}

void put_number(std::string& json, const char* name, std::uint64_t number) {
  json += std::string(json.size() > 1 ? "," : "") + "\"" + name + "\":" + std::to_string(number);
}

std::string stats_json(const Stats& stats) {
  std::string json = "{";
  put_number(json, "connections_opened", stats.connections_opened);
  put_number(json, "connections_open", stats.connections_open);
  put_number(json, "requests", stats.requests);
  put_number(json, "in_flight", stats.in_flight);
  put_number(json, "most_in_flight", stats.most_in_flight);
  put_number(json, "completed", stats.completed);
  put_number(json, "cancelled", stats.cancelled);
  put_number(json, "broken_off", stats.broken_off);
  put_map(json, "requests_by_key", stats.requests_by_key);
  put_map(json, "answers_by_status", stats.answers_by_status);
  json += R"(,"violations":[)";
  for (std::size_t i = 0; i < stats.violations.size(); ++i) {
    json += (i > 0 ? "," : "") + quoted(stats.violations[i]);
  }
  return json + "]}";
}

std::string requests_json(const std::vector<SeenRequest>& requests) {
  std::string json = R"({"requests":[)";
  for (const SeenRequest& request : requests) {
    if (&request != &requests.front()) json += ",";
    json += R"({"method":)" + quoted(request.method) + R"(,"target":)" + quoted(request.target) +
            R"(,"key":)" + quoted(request.key) + R"(,"body_bytes":)" + std::to_string(request.body_bytes) +
            R"(,"body":)" + quoted(request.body) + R"(,"headers":[)";
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
      const auto& [name, value] = request.headers[i];
      json += (i > 0 ? ",[" : "[") + quoted(name) + "," + quoted(value) + "]";
    }
    json += "]}";
  }
  return json + "]}";
}

std::string text_member(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->IsString() ? std::string(text_of(*value)) : std::string();
}

Result<Rule> read_rule(const std::string& body, const Behaviour& base) {
  JsonDocument root;
  root.Parse(body.data(), body.size());
  if (root.HasParseError() || !root.IsObject()) {
    return Error{ErrorCode::BadRequest, "a rule is a JSON object", {}, {}, {}};
  }
  Rule rule;
  rule.key = text_member(root, "key");
  rule.model = text_member(root, "model");
  rule.path = text_member(root, "path");
  if (const Json* times = member(root, "times");
      times != nullptr && times->IsUint() && times->GetUint() > 0) {
    rule.times = times->GetUint();
  }
  GEMINATE_TRY(rule.behaviour, parse_behaviour(text_member(root, "behaviour"), base));
  return rule;
}

}  // namespace

Reply Site::control(const Request& request) {
  Reply reply;
  reply.content_type = "application/json";
  reply.body = "{}";
  const bool post = request.method == "POST";
  if (request.path() == "/_simulator/stats") {
    reply.body = stats_json(ledger_.stats());
  } else if (request.path() == "/_simulator/requests") {
    reply.body = requests_json(ledger_.requests());
  } else if (post && request.path() == "/_simulator/script") {
    Result<Rule> rule = read_rule(request.body, options_.usual);
    if (!rule.ok()) return bad_request_reply(rule.error().message);
    script_.add(std::move(rule).value());
  } else if (post && request.path() == "/_simulator/reset") {
    script_.clear();
    ledger_.reset();
  } else {
    return no_such_path_reply(request.path());
  }
  return reply;
}

}  // namespace geminate::simulator
