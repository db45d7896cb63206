#include "backend/proxy/model_names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "backend/proxy/body_models.h"
#include "backend/proxy/native_gemini.h"
#include "backend/upstream/request_target.h"
#include "shared/core/ascii.h"

namespace geminate::proxy {
namespace {

/// What stands before a model's name, on every surface where paths have one.
constexpr std::array<std::string_view, 6> kModelPaths{
    "/v1beta/models/", "/v1alpha/models/",       "/v1/models/",
    "/v2/models/",     "/v1beta/openai/models/", "/openai/v1/models/"};
/// Methods whose bodies name the path's model once more.
constexpr std::array<std::string_view, 4> kNamedTwice{"embedContent", "batchEmbedContents",
                                                      "asyncBatchEmbedContent", "countTokens"};

/// A model's name in a target, as it is spelt there.
struct PathModel {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string name;
  std::string_view method;
};

/// Where a method begins: at the last colon, which may be disguised. Names have colons too.
std::size_t last_colon(std::string_view rest) {
  std::size_t last = rest.rfind(':');
  for (std::size_t at = rest.find('%'); at != std::string_view::npos; at = rest.find('%', at + 1)) {
    const bool is_later = last == std::string_view::npos || at > last;
    if (is_later && iequals(rest.substr(at, 3), "%3A")) last = at;
  }
  return last;
}

/// `has_method`: whether a colon in it begins the name of a method.
std::optional<PathModel> path_model(std::string_view target, bool has_method) {
  const std::string_view path = target.substr(0, target.find('?'));
  const auto* const before = std::find_if(kModelPaths.begin(), kModelPaths.end(),
                                          [path](std::string_view begin) { return path.starts_with(begin); });
  if (before == kModelPaths.end()) return std::nullopt;
  const std::string_view rest = path.substr(before->size());
  // What belongs to a model has a path below it.
  std::size_t end = rest.find("/operations/");
  if (end == std::string_view::npos && has_method) end = last_colon(rest);
  PathModel model{before->size(), std::min(end, rest.size()), {}, {}};
  model.name = upstream::percent_decode(rest.substr(0, model.length));
  if (model.length < rest.size())
    model.method = rest.substr(model.length + (rest[model.length] == '%' ? 3 : 1));
  return model;
}

std::string spelt_like(const std::string& former, const std::string& model) {
  return former.starts_with("models/") ? "models/" + model : model;
}

void replace_in_body(std::string& body, const std::vector<BodyModel>& places, const std::string& model) {
  std::string changed;
  changed.reserve(body.size() + places.size() * model.size());
  std::size_t from = 0;
  for (const BodyModel& place : places) {
    changed.append(body, from, place.offset - from).append(spelt_like(place.name, model));
    from = place.offset + place.length;
  }
  body = std::move(changed.append(body, from));
}

struct Renamed {
  std::string alias;
  std::string model;
};

std::optional<Renamed> rename_in_path(const config::AliasTable& aliases, http::HttpRequest& request,
                                      std::string& target) {
  const auto place = path_model(target, request.method() == "POST");
  const std::string* model = place ? aliases.find(place->name) : nullptr;
  if (model == nullptr) return std::nullopt;
  if (std::find(kNamedTwice.begin(), kNamedTwice.end(), place->method) != kNamedTwice.end()) {
    auto named = body_models(request.body());
    std::erase_if(named, [&](const BodyModel& each) {
      return config::bare_model(each.name) != config::bare_model(place->name);
    });
    if (!named.empty()) replace_in_body(request.body_, named, *model);
  }
  target.replace(place->offset, place->length, *model);
  return Renamed{std::string(config::bare_model(place->name)), *model};
}

/// Whether the body's own "model" is the one that is used there. Not where the path is spelt so that another
/// could be meant.
bool names_model_in_body(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.find('%') != std::string_view::npos || path.find("//") != std::string_view::npos) return false;
  return path.starts_with("/v1beta/openai/") || path.starts_with("/openai/v1/") ||
         path.ends_with("/cachedContents") || path.ends_with("/interactions");
}

/// The body's own "model".
std::optional<Renamed> rename_top_model(const config::AliasTable& aliases, http::HttpRequest& request) {
  auto named = body_models(request.body());
  std::erase_if(named, [](const BodyModel& each) { return !each.is_top; });
  if (named.size() != 1) return std::nullopt;
  const std::string* model = aliases.find(named.front().name);
  if (model == nullptr) return std::nullopt;
  replace_in_body(request.body_, named, *model);
  return Renamed{std::string(config::bare_model(named.front().name)), *model};
}

std::optional<Renamed> rename_in_body(const config::AliasTable& aliases, http::HttpRequest& request,
                                      std::string_view target) {
  if (request.method() != "POST" || !names_model_in_body(target)) return std::nullopt;
  return rename_top_model(aliases, request);
}

}  // namespace

Result<ExchangePlan> plan_native_by_alias(const config::AliasTable& aliases, http::HttpRequest& request,
                                          Dialect dialect, std::string_view target) {
  if (aliases.empty()) return plan_native(request, dialect, target);
  std::string renamed_target(target);
  auto renamed = rename_in_path(aliases, request, renamed_target);
  if (!renamed) renamed = rename_in_body(aliases, request, target);
  GEMINATE_TRY(auto plan, plan_native(request, dialect, renamed_target));
  if (renamed) {
    plan.alias = std::move(renamed->alias);
    plan.model = std::move(renamed->model);
  }
  return plan;
}

std::string exchange_alias(const config::AliasTable& aliases, http::HttpRequest& request) {
  if (aliases.empty()) return {};
  auto renamed = rename_top_model(aliases, request);
  return renamed ? std::move(renamed->alias) : std::string();
}

}  // namespace geminate::proxy
