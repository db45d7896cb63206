#include "tools/simulator/resources.h"

#include <charconv>

#include "shared/core/time.h"
#include "tools/simulator/google_errors.h"
#include "tools/simulator/json_text.h"

namespace geminate::simulator {
namespace {

using std::chrono::hours;

constexpr std::string_view kRunLong = ":predictLongRunning";
constexpr std::string_view kFilesAddress = "https://generativelanguage.googleapis.com/v1beta/";

std::string_view without(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : std::string_view();
}

std::string in(hours time) { return quoted(format_rfc3339(now().wall + time)); }

std::string text_in(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->IsString() ? std::string(text_of(*value)) : std::string();
}

bool commands(const Request& request, std::string_view command) {
  return request.header("x-goog-upload-command").value_or("").find(command) != std::string_view::npos;
}

/// "files/x" of what a prompt refers to; empty for what is none of ours (a video's address).
std::string_view resource_in(std::string_view text) {
  if (const auto at = text.find("/v1beta/files/"); at != std::string_view::npos) text.remove_prefix(at + 8);
  return without(text, "files/").empty() && without(text, "cachedContents/").empty() ? std::string_view()
                                                                                     : text;
}

template <class Visit>
void for_each_reference(const Json& value, const Visit& visit) {
  if (value.IsArray()) {
    for (const Json& each : value.GetArray()) for_each_reference(each, visit);
  }
  if (!value.IsObject()) return;
  for (const auto& [name, each] : value.GetObject()) {
    const std::string_view key = text_of(name);
    const bool refers =
        key == "fileUri" || key == "file_uri" || key == "cachedContent" || key == "cached_content";
    if (refers && each.IsString()) visit(resource_in(text_of(each)));
    for_each_reference(each, visit);
  }
}

}  // namespace

std::optional<Reply> Resources::answer(const Request& request, std::string_view key) {
  const std::string_view uploaded = without(request.path(), "/upload/v1beta/");
  const std::string_view rest = uploaded.empty() ? without(request.path(), "/v1beta/") : uploaded;
  const std::string_view kind = rest.substr(0, rest.find('/'));
  const std::size_t colon = std::min(rest.find(':'), rest.size());
  const std::string_view name = rest.substr(0, colon);
  const std::string_view method = rest.substr(colon);
  if (kind == "models") {
    if (method == kRunLong) return create_operation(name, key);
    if (name.find("/operations/") == std::string_view::npos) return std::nullopt;
  } else if (kind != "files" && kind != "cachedContents" && kind != "interactions") {
    return std::nullopt;
  }
  if (rest != kind) return use(request, name, method, key);
  return request.method == "GET" ? list(std::string(kind), key) : create(request, kind, key);
}

Reply Resources::create(const Request& request, std::string_view kind, std::string_view key) {
  if (kind == "files") return upload_file(request, key);
  return kind == "interactions" ? create_interaction(request, key) : create_cache(request, key);
}

std::optional<Reply> Resources::refuse_prompt(std::string_view body, std::string_view key) const {
  if (body.find("files/") == std::string_view::npos && body.find("cachedContents/") == std::string_view::npos)
    return std::nullopt;
  JsonDocument root;
  root.Parse(body.data(), body.size());
  std::optional<Reply> refusal;
  if (root.HasParseError()) return refusal;
  for_each_reference(root, [&](std::string_view name) {
    if (name.empty() || refusal) return;
    const auto found = items_.find(std::string(name));
    if (found == items_.end() || found->second.owner != key) refusal = wrong_owner_reply(name);
  });
  return refusal;
}

Reply Resources::use(const Request& request, std::string_view name, std::string_view method,
                     std::string_view key) {
  const auto found = items_.find(std::string(name));
  if (found == items_.end() || found->second.owner != key) return wrong_owner_reply(name);
  Reply reply;
  if (request.method == "DELETE") {
    items_.erase(found);
    reply.body = "{}";
  } else if (method == ":download") {
    reply.content_type = found->second.type;
    reply.body = found->second.bytes;
  } else {
    reply.body = found->second.json;
  }
  return reply;
}

Reply Resources::create_cache(const Request& request, std::string_view key) {
  JsonDocument root;
  root.Parse(request.body.data(), request.body.size());
  const std::string name = "cachedContents/sim-" + std::to_string(++made_);
  Item item{std::string(key), {}, {}, {}};
  item.json = R"({"name":)" + quoted(name) + R"(,"model":)" +
              quoted(root.HasParseError() ? std::string() : text_in(root, "model")) + R"(,"createTime":)" +
              in(hours{0}) + R"(,"updateTime":)" + in(hours{0}) + R"(,"expireTime":)" + in(hours{1}) +
              R"(,"usageMetadata":{"totalTokenCount":)" + std::to_string(request.body.size() / 4) + "}}";
  Reply reply;
  reply.body = item.json;
  items_[name] = std::move(item);
  return reply;
}

Reply Resources::create_interaction(const Request& request, std::string_view key) {
  JsonDocument root;
  root.Parse(request.body.data(), request.body.size());
  if (root.HasParseError() || !root.IsObject()) return bad_request_reply("Invalid JSON payload received.");
  if (const std::string before = text_in(root, "previous_interaction_id"); !before.empty()) {
    const auto found = items_.find("interactions/" + before);
    if (found == items_.end() || found->second.owner != key)
      return wrong_owner_reply("interactions/" + before);
  }
  const std::string id = "v1_sim-" + std::to_string(++made_);
  const std::string begin =
      R"({"id":)" + quoted(id) + R"(,"object":"interaction","model":)" + quoted(text_in(root, "model"));
  const std::string usage =
      R"("usage":{"total_input_tokens":5,"total_output_tokens":3,"total_thought_tokens":2,)"
      R"("total_cached_tokens":1,"total_tokens":10})";
  const std::string text = quoted("Simulated answer to: " + text_in(root, "input"));
  const std::string whole = begin +
                            R"(,"status":"completed","steps":[{"type":"model_output","content":[{"type":)"
                            R"("text","text":)" +
                            text + "}]}]," + usage + "}";
  items_["interactions/" + id] = Item{std::string(key), whole, {}, {}};
  Reply reply;
  reply.body = whole;
  const Json* stream = member(root, "stream");
  if (stream == nullptr || !stream->IsBool() || !stream->GetBool()) return reply;
  const auto event = [](std::string_view type, const std::string& further) {
    return "event: " + std::string(type) + "\ndata: {\"event_type\":" + quoted(type) + "," + further +
           "}\n\n";
  };
  reply.content_type = "text/event-stream";
  reply.body = event("interaction.created", R"("interaction":)" + begin + R"(,"status":"in_progress"})") +
               event("step.start", R"("index":0,"step":{"type":"model_output","content":[]})") +
               event("step.delta", R"("index":0,"delta":{"type":"text","text":)" + text + "}") +
               event("step.stop", R"("index":0)") +
               event("interaction.completed",
                     R"("interaction":)" + begin + R"(,"status":"completed",)" + usage + "}") +
               "event: done\ndata: [DONE]\n\n";
  return reply;
}

Reply Resources::create_operation(std::string_view model, std::string_view key) {
  const std::string name = std::string(model) + "/operations/sim-" + std::to_string(++made_);
  make_file(key, "video/mp4", {}, "a film");
  const std::string file_name = "files/sim-" + std::to_string(made_);
  items_[name] =
      Item{std::string(key),
           R"({"name":)" + quoted(name) +
               R"(,"done":true,"response":{"generateVideoResponse":{"generatedSamples":[{"video":{"uri":)" +
               quoted(std::string(kFilesAddress) + file_name + ":download?alt=media") + "}}]}}}",
           {},
           {}};
  Reply reply;
  reply.body = R"({"name":)" + quoted(name) + "}";
  return reply;
}

Reply Resources::upload_file(const Request& request, std::string_view key) {
  if (const auto id = request.query("upload_id")) {
    const auto found = uploads_.find(*id);
    if (found == uploads_.end() || found->second.owner != key) return wrong_owner_reply("files/" + *id);
    return go_on(request, found->second);
  }
  if (request.header("x-goog-upload-protocol") == "resumable") return begin_upload(request, key);
  Reply reply;
  const std::string type(request.header("content-type").value_or("application/octet-stream"));
  reply.body = make_file(key, type, {}, request.body);
  return reply;
}

Reply Resources::begin_upload(const Request& request, std::string_view key) {
  if (!commands(request, "start")) return bad_request_reply("An upload begins with the command start.");
  Upload upload;
  upload.owner = key;
  upload.type = request.header("x-goog-upload-header-content-type").value_or("application/octet-stream");
  JsonDocument root;
  root.Parse(request.body.data(), request.body.size());
  if (const Json* file = root.HasParseError() ? nullptr : member(root, "file"); file != nullptr)
    upload.display_name = text_in(*file, "displayName");
  const std::string id = "sim-upload-" + std::to_string(++made_);
  uploads_[id] = std::move(upload);
  const std::string address = "http://" + std::string(request.header("host").value_or("localhost")) +
                              "/upload/v1beta/files?upload_id=" + id + "&upload_protocol=resumable";
  Reply reply;
  reply.headers = {{"X-Goog-Upload-URL", address},
                   {"X-Goog-Upload-Control-URL", address},
                   {"X-Goog-Upload-Status", "active"},
                   {"X-Goog-Upload-Chunk-Granularity", "262144"}};
  return reply;
}

Reply Resources::go_on(const Request& request, Upload& upload) {
  if (upload.status == "active" && commands(request, "upload")) {
    const std::string_view offset = request.header("x-goog-upload-offset").value_or("");
    if (offset != std::to_string(upload.bytes.size()))
      return bad_request_reply("The upload is at offset " + std::to_string(upload.bytes.size()) + ".");
    upload.bytes += request.body;
  }
  if (upload.status == "active" && commands(request, "cancel")) upload.status = "cancelled";
  Reply reply;
  reply.headers.emplace_back("X-Goog-Upload-Size-Received", std::to_string(upload.bytes.size()));
  if (upload.status == "active" && commands(request, "finalize")) {
    upload.status = "final";
    upload.answer = make_file(upload.owner, upload.type, upload.display_name, std::move(upload.bytes));
  }
  reply.headers.emplace_back("X-Goog-Upload-Status", upload.status);
  reply.body = upload.answer;
  return reply;
}

std::string Resources::make_file(std::string_view key, std::string type, std::string_view display_name,
                                 std::string bytes) {
  const std::string name = "files/sim-" + std::to_string(++made_);
  std::string json = R"({"name":)" + quoted(name);
  if (!display_name.empty()) json += R"(,"displayName":)" + quoted(display_name);
  json += R"(,"mimeType":)" + quoted(type) + R"(,"sizeBytes":")" + std::to_string(bytes.size()) +
          R"(","createTime":)" + in(hours{0}) + R"(,"updateTime":)" + in(hours{0}) + R"(,"expirationTime":)" +
          in(hours{48}) + R"(,"uri":)" + quoted(std::string(kFilesAddress) + name) + R"(,"state":"ACTIVE"})";
  items_[name] = Item{std::string(key), json, std::move(type), std::move(bytes)};
  return R"({"file":)" + json + "}";
}

Reply Resources::list(const std::string& kind, std::string_view key) const {
  std::string listed;
  for (const auto& [name, item] : items_) {
    if (item.owner != key || without(name, kind + "/").empty()) continue;
    listed += (listed.empty() ? "" : ",") + item.json;
  }
  Reply reply;
  reply.body = listed.empty() ? "{}" : "{" + quoted(kind) + ":[" + listed + "]}";
  return reply;
}

}  // namespace geminate::simulator
