#include "backend/proxy/asked_model.h"

#include <algorithm>
#include <array>

#include "backend/translate/json_reading.h"
#include "backend/upstream/request_target.h"

namespace geminate::proxy {
namespace {

Error cannot_tell(std::string why) {
  return Error{ErrorCode::Forbidden,
               "the client token may use certain models only, and " + std::move(why),
               {},
               "model",
               {}};
}

/// The body's own "model". Named twice it would be one thing to us and another to upstream.
Result<std::string> model_of_body(std::string_view body) {
  translate::JsonDocument document;
  if (!translate::parse_object(body, "the body", document).ok())
    return cannot_tell("the body is no JSON that names one");
  const translate::Json* model = nullptr;
  for (const auto& member : document.GetObject()) {
    if (translate::text_of(member.name) != "model") continue;
    if (model != nullptr) return cannot_tell("the body names two");
    model = &member.value;
  }
  if (model == nullptr || !model->IsString() || model->GetStringLength() == 0)
    return cannot_tell("the body names none");
  return std::string(translate::text_of(*model));
}

/// The first segments of an upstream path below its version: "cachedContents" and "abc" of
/// "/v1beta/cachedContents/abc".
struct Place {
  std::string_view collection;
  std::string_view rest;
};

Place place_of(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  if (path.starts_with("upload/")) return {"upload", {}};
  path.remove_prefix(std::min(path.find('/'), path.size() - 1) + 1);
  const std::size_t end = std::min(path.find_first_of("/:"), path.size());
  return {path.substr(0, end), path.substr(std::min(end + 1, path.size()))};
}

bool only_reads(std::string_view method) { return method == "GET" || method == "HEAD" || method == "DELETE"; }

/// Where files are kept, and caches changed: no model works there.
bool uses_no_model(const Place& place) {
  const bool of_openai = place.collection == "openai";
  const std::string_view collection =
      of_openai ? place.rest.substr(0, place.rest.find('/')) : place.collection;
  if (collection == "files" || collection == "upload") return true;
  return place.collection == "cachedContents" && !place.rest.empty();
}

/// Where the body's "model" is the one that is used.
bool names_model_in_body(const Place& place) {
  static constexpr std::array<std::string_view, 3> kSurfaces{"openai", "cachedContents", "interactions"};
  return std::find(kSurfaces.begin(), kSurfaces.end(), place.collection) != kSurfaces.end();
}

}  // namespace

Result<std::string> asked_model(const http::HttpRequest& request, const ExchangePlan& plan) {
  if (!plan.model.empty()) return plan.model;
  const std::string_view path = std::string_view(plan.target).substr(0, plan.target.find('?'));
  // Upstream may undo such spellings and find a model where none was seen here.
  if (path.find('%') != std::string_view::npos || path.find("//") != std::string_view::npos)
    return cannot_tell("the path is spelt so that none can be told from it");
  const Place place = place_of(plan.target);
  if (only_reads(plan.method) || uses_no_model(place)) return std::string();
  if (names_model_in_body(place)) return model_of_body(request.body());
  return cannot_tell("the request names none");
}

}  // namespace geminate::proxy
