#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "backend/proxy/dialect.h"

namespace geminate::app {

/// Who may use a route. A row that says nothing is closed: Client, Admin and Viewer (any account) are
/// checked, Public is the exception.
enum class RouteAccess : std::uint8_t { Client, Admin, Viewer, Public };

/// What answers it.
enum class RouteAction : std::uint8_t {
  NativeGemini,
  OpenaiPassthrough,
  ChatCompletions,
  ListModels,
  GetModel,
  Responses,
  StoredResponse,
  InputTokens,
  Embeddings,
  Messages,
  CountTokens,
  ManagementApi,
  Playground,
  LiveFeed,
  Metrics,
  OpenApi,
  ConsolePage,
  ConsoleFile,
  ToConsole,
};

/// One row. `pattern` is a whole path; a trailing "*" takes any rest, "{name}" takes one segment.
struct Route {
  /// "GET", or "*" for any method.
  std::string_view method;
  std::string_view pattern;
  RouteAccess access;
  proxy::Dialect dialect;
  RouteAction action;
  /// The pattern up to its first wildcard: what nearly every row is ruled out by.
  std::string_view plain_begin = pattern.substr(0, pattern.find_first_of("*{"));
};

/// Every route of the server, most used first: the client surfaces, then the management rows made from
/// api/endpoints.h, then the few public ones. Router, access check and the access test read this one table.
const std::vector<Route>& routes();

struct RouteMatch {
  /// Null: nothing matched.
  const Route* route = nullptr;
  /// The path is known, the method isn't.
  bool wrong_method = false;
};

RouteMatch match_route(std::string_view method, std::string_view path);

/// The dialect that an error about this path is told in, also where no route matches.
proxy::Dialect dialect_of_path(std::string_view path);

}  // namespace geminate::app
