#include "tools/simulator/resources.h"

#include "tools/simulator/google_errors.h"
#include "tools/simulator/json_text.h"

namespace geminate::simulator {
namespace {

std::string_view without(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : std::string_view();
}

}  // namespace

std::optional<Reply> Resources::answer(const Request& request, std::string_view key) {
  std::string_view rest = without(request.path(), "/upload/v1beta/");
  if (rest.empty()) rest = without(request.path(), "/v1beta/");
  const std::string kind(rest.substr(0, rest.find('/')));
  if (kind != "files" && kind != "cachedContents") return std::nullopt;
  if (rest == kind) return request.method == "POST" ? create(kind, request, key) : list(kind, key);
  const auto found = items_.find(std::string(rest));
  if (found == items_.end() || found->second.owner != key) return wrong_owner_reply(rest);
  Reply reply;
  if (request.method == "DELETE") {
    items_.erase(found);
    reply.body = "{}";
  } else {
    reply.body = found->second.json;
  }
  return reply;
}

Reply Resources::create(const std::string& kind, const Request& request, std::string_view key) {
  const std::string name = kind + "/sim-" + std::to_string(++made_);
  const std::string type(request.header("content-type").value_or("application/octet-stream"));
  std::string json = R"({"name":)" + quoted(name) + R"(,"createTime":"2026-01-01T00:00:00Z")";
  json += kind == "files"
              ? R"(,"mimeType":)" + quoted(type) + R"(,"sizeBytes":")" + std::to_string(request.body.size()) +
                    R"(","state":"ACTIVE"})"
              : R"(,"usageMetadata":{"totalTokenCount":)" + std::to_string(request.body.size() / 4) + "}}";
  items_[name] = Item{std::string(key), json};
  Reply reply;
  reply.body = kind == "files" ? R"({"file":)" + json + "}" : json;
  return reply;
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
