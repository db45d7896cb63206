#pragma once

#include <string>
#include <string_view>

#include "backend/config/model_aliases.h"
#include "backend/http/http_types.h"
#include "backend/proxy/exchange.h"
#include "shared/core/result.h"

namespace geminate::proxy {

// Where an administrator's aliases take effect. A plan's `model` is always the real one, which quotas, prices
// and records go by; `alias` says what the client called it.

/// As plan_native, for a request that may call its model by an alias: in the path, or in the body where the
/// surface has the model there (Google's OpenAI surface, caches, interactions) or names the path's once more
/// (embeddings, counting). The body's names are exchanged in place; all else stays byte for byte.
Result<ExchangePlan> plan_native_by_alias(const config::AliasTable& aliases, http::HttpRequest& request,
                                          Dialect dialect, std::string_view target);

/// For requests that are translated: an alias in the body becomes the real model, of which translation
/// depends, and is returned; empty where there is none.
std::string exchange_alias(const config::AliasTable& aliases, http::HttpRequest& request);

}  // namespace geminate::proxy
