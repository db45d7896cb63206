#include "tools/simulator/replay.h"

#include <fstream>

namespace geminate::simulator {
namespace {

std::string text_or_json(const Json* value) {
  if (value == nullptr || value->IsNull()) return {};
  return value->IsString() ? std::string(text_of(*value)) : to_text(*value);
}

std::string text_member(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->IsString() ? std::string(text_of(*value)) : std::string();
}

std::string target_of(const Json& request) {
  std::string target = text_member(request, "path");
  const Json* query = member(request, "query");
  if (query == nullptr || !query->IsObject()) return target;
  char mark = '?';
  for (const auto& [name, values] : query->GetObject()) {
    if (text_of(name) == "key" || !values.IsArray()) continue;
    for (const Json& value : values.GetArray()) {
      if (!value.IsString()) continue;
      target += mark + std::string(text_of(name)) + "=" + std::string(text_of(value));
      mark = '&';
    }
  }
  return target;
}

std::string without_key(const Request& request) {
  std::string target(request.path());
  if (request.target.size() == target.size()) return target;
  std::string_view rest = std::string_view(request.target).substr(target.size() + 1);
  char mark = '?';
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest = pair.size() == rest.size() ? std::string_view() : rest.substr(pair.size() + 1);
    if (pair.substr(0, 4) == "key=") continue;
    target += mark + std::string(pair);
    mark = '&';
  }
  return target;
}

// The framing is this server's own.
bool is_framing(std::string_view name) {
  return same_name(name, "content-length") || same_name(name, "transfer-encoding") ||
         same_name(name, "connection") || same_name(name, "content-encoding") || same_name(name, "date");
}

Reply reply_of(const Json& response) {
  Reply reply;
  if (const Json* status = member(response, "status"); status != nullptr && status->IsUint()) {
    reply.status = status->GetUint();
  }
  if (const Json* headers = member(response, "headers"); headers != nullptr && headers->IsObject()) {
    for (const auto& [name, value] : headers->GetObject()) {
      if (!value.IsString() || is_framing(text_of(name))) continue;
      if (same_name(text_of(name), "content-type")) {
        reply.content_type = text_of(value);
      } else {
        reply.headers.emplace_back(text_of(name), text_of(value));
      }
    }
  }
  reply.body = text_or_json(member(response, "body"));
  return reply;
}

}  // namespace

Result<std::vector<Recording>> read_recordings(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return Error{ErrorCode::NotFound, "cannot read the recordings " + file, {}, {}, {}};
  std::vector<Recording> recordings;
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    JsonDocument root;
    root.Parse<rapidjson::kParseFullPrecisionFlag>(line.data(), line.size());
    const Json* request = root.HasParseError() ? nullptr : member(root, "request");
    const Json* response = root.HasParseError() ? nullptr : member(root, "response");
    if (request == nullptr || response == nullptr) {
      return Error{
          ErrorCode::Malformed, file + ":" + std::to_string(number) + " is no recording", {}, {}, {}};
    }
    recordings.push_back({text_member(root, "id"), text_member(*request, "method"), target_of(*request),
                          text_or_json(member(*request, "body")), reply_of(*response)});
  }
  return recordings;
}

Replay::Replay(std::vector<Recording> recordings) : recordings_(std::move(recordings)) {
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    const Recording& recording = recordings_[i];
    groups_[recording.method + " " + recording.target].members.push_back(i);
    auto body = std::make_unique<JsonDocument>();
    body->Parse(recording.request_body.data(), recording.request_body.size());
    bodies_.push_back(std::move(body));
  }
}

std::optional<Reply> Replay::answer(const Request& request) {
  const auto found = groups_.find(request.method + " " + without_key(request));
  if (found == groups_.end()) return std::nullopt;
  Group& group = found->second;
  JsonDocument body;
  body.Parse(request.body.data(), request.body.size());
  for (const std::size_t i : group.members) {
    if (!body.HasParseError() && !bodies_[i]->HasParseError() && *bodies_[i] == body)
      return recordings_[i].reply;
  }
  return recordings_[group.members[group.turn++ % group.members.size()]].reply;
}

}  // namespace geminate::simulator
