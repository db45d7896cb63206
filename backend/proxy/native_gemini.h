#pragma once

#include <string_view>

#include "backend/http/http_types.h"
#include "backend/proxy/exchange.h"
#include "shared/core/result.h"

namespace geminate::proxy {

/// The plan for a request in Gemini's own dialect, or for Google's own OpenAI-compatible route (whose errors
/// and usage have OpenAI's shape): method, path and body go on as they are. BadRequest for a target that
/// upstream must not see.
Result<ExchangePlan> plan_native(const http::HttpRequest& request, Dialect dialect);
/// The same for a surface that lies elsewhere on this server: `target` is what it would be at the root.
Result<ExchangePlan> plan_native(const http::HttpRequest& request, Dialect dialect, std::string_view target);

}  // namespace geminate::proxy
