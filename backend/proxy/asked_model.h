#pragma once

#include <string>

#include "backend/http/http_types.h"
#include "backend/proxy/exchange.h"
#include "shared/core/result.h"

namespace geminate::proxy {

/// The model that a planned request would use, for tokens that may not use all or have a budget: from the
/// plan, or from the body where the surface names it there. Empty for requests that use none (lists, files).
/// Forbidden where it cannot be told: what isn't understood is not let through. Reads the body, so it is not
/// for every request.
Result<std::string> asked_model(const http::HttpRequest& request, const ExchangePlan& plan);

}  // namespace geminate::proxy
