#include "backend/app/routes.h"

#include "shared/api/endpoints.h"

namespace geminate::app {
namespace {

using proxy::Dialect;

/// A colon after the model tells Gemini's `/v1/models/{model}:{method}` from OpenAI's `/v1/models/{id}`.
constexpr Route kClientRoutes[] = {
    {"*", "/v1beta/openai/*", RouteAccess::Client, Dialect::Openai, RouteAction::OpenaiPassthrough},
    {"*", "/v1beta/*", RouteAccess::Client, Dialect::Gemini, RouteAction::NativeGemini},
    {"POST", "/v1/chat/completions", RouteAccess::Client, Dialect::Openai, RouteAction::ChatCompletions},
    {"*", "/v1alpha/*", RouteAccess::Client, Dialect::Gemini, RouteAction::NativeGemini},
    {"*", "/upload/v1beta/*", RouteAccess::Client, Dialect::Gemini, RouteAction::NativeGemini},
    {"*", "/v2/*", RouteAccess::Client, Dialect::Gemini, RouteAction::NativeGemini},
    {"GET", "/v1/models", RouteAccess::Client, Dialect::Openai, RouteAction::ListModels},
    {"POST", "/v1/models/*", RouteAccess::Client, Dialect::Gemini, RouteAction::NativeGemini},
    {"GET", "/v1/models/{model}", RouteAccess::Client, Dialect::Openai, RouteAction::GetModel},
    {"*", "/openai/v1/*", RouteAccess::Client, Dialect::Openai, RouteAction::OpenaiPassthrough},
    {"POST", "/v1/responses", RouteAccess::Client, Dialect::Openai, RouteAction::Responses},
    {"POST", "/v1/responses/input_tokens", RouteAccess::Client, Dialect::Openai, RouteAction::InputTokens},
    {"GET", "/v1/responses/{id}", RouteAccess::Client, Dialect::Openai, RouteAction::StoredResponse},
    {"DELETE", "/v1/responses/{id}", RouteAccess::Client, Dialect::Openai, RouteAction::StoredResponse},
    {"GET", "/v1/responses/{id}/input_items", RouteAccess::Client, Dialect::Openai,
     RouteAction::StoredResponse},
    {"POST", "/v1/embeddings", RouteAccess::Client, Dialect::Openai, RouteAction::Embeddings},
    {"POST", "/v1/messages", RouteAccess::Client, Dialect::Anthropic, RouteAction::Messages},
    {"POST", "/v1/messages/count_tokens", RouteAccess::Client, Dialect::Anthropic, RouteAction::CountTokens},
};

// Open without a login, each for its reason: the console's own files hold no data, health and metrics are for
// machines that have no credential and carry no secret, and the API's description is the same for everyone.
constexpr Route kPublicRoutes[] = {
    {"GET", "/", RouteAccess::Public, Dialect::Management, RouteAction::ToConsole},
    {"GET", "/manage/{page}", RouteAccess::Public, Dialect::Management, RouteAction::ConsolePage},
    {"GET", "/manage/{page}/{row}", RouteAccess::Public, Dialect::Management, RouteAction::ConsolePage},
    {"GET", "/metrics", RouteAccess::Public, Dialect::Management, RouteAction::Metrics},
    {"GET", "/healthz", RouteAccess::Public, Dialect::Management, RouteAction::ManagementApi},
    {"GET", "/openapi.json", RouteAccess::Public, Dialect::Management, RouteAction::OpenApi},
    {"GET", "/assets/*", RouteAccess::Public, Dialect::Management, RouteAction::ConsoleFile},
    {"GET", "/favicon.ico", RouteAccess::Public, Dialect::Management, RouteAction::ConsoleFile},
};

// Not in api/endpoints.h, whose rows have one body each: this answer goes on.
constexpr Route kLiveFeed{"GET", "/api/manage/live", RouteAccess::Viewer, Dialect::Management,
                          RouteAction::LiveFeed};

// Gemini's own dialect, for whoever is logged in: bodies and errors are those of /v1beta
// (api::kPlaygroundRoot).
constexpr Route kPlaygroundRoutes[] = {
    {"GET", "/api/manage/playground/v1beta/models", RouteAccess::Admin, Dialect::Gemini,
     RouteAction::Playground},
    {"POST", "/api/manage/playground/v1beta/models/*", RouteAccess::Admin, Dialect::Gemini,
     RouteAction::Playground},
};

RouteAccess route_access(api::Access access) {
  switch (access) {
    case api::Access::Public:
      return RouteAccess::Public;
    case api::Access::Viewer:
      return RouteAccess::Viewer;
    case api::Access::Admin:
      break;
  }
  return RouteAccess::Admin;
}

std::vector<Route> build_routes() {
  std::vector<Route> all(std::begin(kClientRoutes), std::end(kClientRoutes));
  api::for_each_endpoint([&all](const auto& endpoint) {
    all.push_back({api::method_name(endpoint.verb), endpoint.path, route_access(endpoint.access),
                   Dialect::Management, RouteAction::ManagementApi});
  });
  all.push_back(kLiveFeed);
  all.insert(all.end(), std::begin(kPlaygroundRoutes), std::end(kPlaygroundRoutes));
  all.insert(all.end(), std::begin(kPublicRoutes), std::end(kPublicRoutes));
  return all;
}

bool path_matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (pattern == "*") return true;
    if (pattern.front() == '{') {
      const auto close = pattern.find('}');
      const auto segment = path.substr(0, path.find('/'));
      if (segment.empty()) return false;
      pattern.remove_prefix(close + 1);
      path.remove_prefix(segment.size());
      continue;
    }
    const auto plain = pattern.substr(0, pattern.find_first_of("*{"));
    if (path.substr(0, plain.size()) != plain) return false;
    pattern.remove_prefix(plain.size());
    path.remove_prefix(plain.size());
  }
  return path.empty();
}

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> all = build_routes();
  return all;
}

RouteMatch match_route(std::string_view method, std::string_view path) {
  RouteMatch match;
  for (const Route& route : routes()) {
    if (!begins_with(path, route.plain_begin)) continue;
    const auto rest = route.plain_begin.size();
    if (!path_matches(route.pattern.substr(rest), path.substr(rest))) continue;
    // Whoever may GET may ask for the head alone.
    if (route.method == "*" || route.method == method || (method == "HEAD" && route.method == "GET")) {
      return {&route, false};
    }
    match.wrong_method = true;
  }
  return match;
}

proxy::Dialect dialect_of_path(std::string_view path) {
  if (begins_with(path, "/v1/messages")) return Dialect::Anthropic;
  if (begins_with(path, "/v1/models/") && path.find(':') != std::string_view::npos) return Dialect::Gemini;
  for (const auto prefix : {"/v1/", "/openai/", "/v1beta/openai/"}) {
    if (begins_with(path, prefix)) return Dialect::Openai;
  }
  for (const auto prefix : {"/v1beta/", "/v1alpha/", "/upload/", "/v2/"}) {
    if (begins_with(path, prefix)) return Dialect::Gemini;
  }
  return Dialect::Management;
}

}  // namespace geminate::app
